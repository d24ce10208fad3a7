"""A wrong setting stops the start and is named."""

import pytest

from marketplace.config import SettingsError, from_environment


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("RECOUP_PRODUCTION", "perhaps"),
        ("RECOUP_UPLOAD_LIMIT_MB", "many"),
        ("RECOUP_UPLOAD_LIMIT_MB", "-1"),
        ("RECOUP_TRUSTED_PROXIES", "1.5"),
        ("RECOUP_TIME_ZONE", "Asia/Atlantis"),
        ("RECOUP_LOG_LEVEL", "LOUD"),
        ("DATABASE_URL", "mysql://db"),
        ("STRIPE_API_KEY", "pk_test_public"),
        ("STRIPE_API_BASE", "http://stripe.example"),
        ("STRIPE_WEBHOOK_SECRETS", "whsec_alone"),
        ("STRIPE_WEBHOOK_SECRETS", "nowhere=whsec_x"),
        ("STRIPE_WEBHOOK_SECRETS", "platform="),
        ("RECOUP_VIRUS_SCANNER", "clamd"),
    ],
)
def test_a_wrong_setting_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        from_environment({name: value})


def test_settings_that_need_each_other_are_checked_together() -> None:
    with pytest.raises(SettingsError, match="RECOUP_PUBLIC_URL must start with https"):
        from_environment({"RECOUP_PRODUCTION": "1"})
    with pytest.raises(SettingsError, match="RECOUP_OIDC_CLIENT_ID is needed"):
        from_environment({"RECOUP_OIDC_ISSUER": "https://id.example"})


def test_settings_are_read_and_the_rest_has_defaults() -> None:
    settings = from_environment(
        {
            "RECOUP_PRODUCTION": " yes ",
            "RECOUP_PUBLIC_URL": "https://recoup.example",
            "RECOUP_UPLOAD_LIMIT_MB": "5",
            "RECOUP_TIME_ZONE": "Europe/Berlin",
            "DATABASE_URL": "",
        }
    )
    assert settings.production
    assert (settings.upload_limit_mb, settings.time_zone) == (5, "Europe/Berlin")
    assert (settings.database_url, settings.log_level) == ("", "INFO")


def test_the_drop_folder_is_a_path_or_none(tmp_path):
    assert from_environment({}).feeds is None
    assert from_environment({"RECOUP_FEEDS": str(tmp_path)}).feeds == tmp_path
