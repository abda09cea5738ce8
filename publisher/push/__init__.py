"""What is told to others without their asking: webhooks, messages, digests by mail, WebSub, alerts."""
