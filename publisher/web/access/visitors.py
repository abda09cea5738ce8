"""Who asks: nobody in particular, somebody with a token, or a user with a session. Values only."""

from dataclasses import dataclass, field

from storage.records.accounts import Role


@dataclass(frozen=True, kw_only=True, slots=True)
class Visitor:
    """Who sends a request.

    `secret` is the session's id as the browser holds it, "" without a session: only a session may change
    anything. `token` says that the visitor reads by a token. `name` is the user's, None for nobody's.
    """

    name: str | None = None
    role: Role | None = None
    session: int | None = None
    token: bool = False
    secret: str = field(default="", repr=False)

    @property
    def signed_in(self) -> bool:
        """Whether there is a session."""
        return self.session is not None

    @property
    def known(self) -> bool:
        """Whether the visitor may read where reading is not open."""
        return self.token or self.signed_in

    @property
    def is_operator(self) -> bool:
        """Whether operators' actions are open to the visitor."""
        return self.signed_in and self.role == "operator"

    @property
    def may_give_feedback(self) -> bool:
        """Whether the visitor's judgement on entries is taken."""
        return self.signed_in and self.role in ("analyst", "operator")


NOBODY = Visitor()
