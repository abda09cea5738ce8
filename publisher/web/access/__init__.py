"""Who asks, and what they may do: visitors, rights for routes, forms that nobody else can send for them.

For routes: `visitor: Operator` (or `Contributor`, `SignedIn`) as a parameter admits only such visitors, and
for POST checks the form's token; `fields: Form` is what was posted. For templates: `visitor`, and `csrf()`
in every form with `method="post"`.
"""

from publisher.web.access.rights import Contributor, Form, Operator, SignedIn, visitor_of
from publisher.web.access.visitors import NOBODY, Visitor

__all__ = ["NOBODY", "Contributor", "Form", "Operator", "SignedIn", "Visitor", "visitor_of"]
