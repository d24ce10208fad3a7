"""The platform's own door: vetting, surveillance, jobs. No personal data passes it."""

from marketplace.accounts import Kind, Role
from marketplace.web.security import door_for
from marketplace.web.staff import credentials, home, jobs, models, organisations

door = door_for(
    "staff",
    __name__,
    admits=lambda user: (
        user.organisation.kind is Kind.PLATFORM and user.role in {Role.VETTING, Role.AUDITOR}
    ),
)
for pages in (home, credentials, organisations, models, jobs):
    door.register_blueprint(pages.pages)
