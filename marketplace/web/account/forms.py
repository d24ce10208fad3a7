"""The forms of the account door."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    DateField,
    DecimalField,
    EmailField,
    HiddenField,
    PasswordField,
    SelectField,
    StringField,
)
from wtforms.validators import (
    DataRequired,
    EqualTo,
    InputRequired,
    Length,
    NumberRange,
    Optional,
)

from marketplace.accounts import PASSWORD_LENGTH

_password = Length(min=PASSWORD_LENGTH, max=200, message=_l("Use at least 12 characters."))

_again = [
    DataRequired(_l("Enter the password again.")),
    EqualTo("password", _l("The two passwords differ.")),
]
# Nothing is a rate too: an exempt firm charges 0 percent.
_rate = [
    InputRequired(_l("Enter a rate.")),
    NumberRange(0, 25, _l("A VAT rate lies between 0 and 25 percent.")),
]
_choice = DataRequired(_l("Choose one."))
_present = DataRequired(_l("Enter your present password."))


class SignIn(FlaskForm):  # type: ignore[misc]
    email = EmailField(_l("E-mail"), [DataRequired(_l("Enter your e-mail address."))])
    password = PasswordField(_l("Password"), [DataRequired(_l("Enter your password."))])
    next = HiddenField()


class Code(FlaskForm):  # type: ignore[misc]
    code = StringField(_l("Code"), [DataRequired(_l("Enter the code.")), Length(max=20)])


class Accept(FlaskForm):  # type: ignore[misc]
    name = StringField(_l("Your name"), [DataRequired(_l("Enter your name.")), Length(max=100)])
    password = PasswordField(
        _l("Password"), [DataRequired(_l("Choose a password.")), _password]
    )
    again = PasswordField(_l("Password again"), _again)


class AskReset(FlaskForm):  # type: ignore[misc]
    email = EmailField(_l("E-mail"), [DataRequired(_l("Enter your e-mail address."))])


class NewPassword(FlaskForm):  # type: ignore[misc]
    password = PasswordField(
        _l("New password"), [DataRequired(_l("Choose a password.")), _password]
    )
    again = PasswordField(_l("New password again"), _again)


class ChangePassword(NewPassword):
    present = PasswordField(_l("Present password"), [_present])


class Confirm(FlaskForm):  # type: ignore[misc]
    """The password once more, before something that protects the account changes."""

    present = PasswordField(_l("Present password"), [_present], id="confirm-present")


class SetUpApp(Code):
    present = PasswordField(_l("Present password"), [_present])


class NewKey(Confirm):
    name = StringField(_l("Name of the key"), [DataRequired(), Length(max=60)])


class Invite(FlaskForm):  # type: ignore[misc]
    email = EmailField(
        _l("E-mail"), [DataRequired(_l("Enter an e-mail address.")), Length(max=254)]
    )
    name = StringField(_l("Name"), [DataRequired(_l("Enter a name.")), Length(max=100)])
    role = SelectField(_l("Role"), [_choice])


class InviteMany(FlaskForm):  # type: ignore[misc]
    file = FileField(_l("CSV file"), [FileRequired(_l("Choose a file."))])


class Entity(FlaskForm):  # type: ignore[misc]
    name = StringField(
        _l("Name of the firm"), [DataRequired(_l("Enter a name.")), Length(max=200)]
    )
    uscc = StringField(
        _l("Unified social credit code"),
        [DataRequired(_l("Enter the code.")), Length(min=18, max=18)],
    )
    registry_proof = StringField(_l("Registry document"), [Optional(), Length(max=200)])
    tax = SelectField(_l("VAT status"), [_choice])
    tax_rate = DecimalField(
        _l("VAT rate in percent"),
        _rate,
        places=2,
    )


class Tax(FlaskForm):  # type: ignore[misc]
    tax = SelectField(_l("VAT status"), [_choice])
    tax_rate = DecimalField(
        _l("VAT rate in percent"),
        _rate,
        places=2,
    )
    valid_from = DateField(_l("From"), [DataRequired(_l("Enter a day."))])


class BankAccount(FlaskForm):  # type: ignore[misc]
    bank = StringField(_l("Bank"), [DataRequired(_l("Enter the bank.")), Length(max=200)])
    number = StringField(
        _l("Account number"), [DataRequired(_l("Enter the number.")), Length(max=50)]
    )
    bank_code = StringField(_l("BIC or bank code"), [Length(max=20)])
    currency = SelectField(
        _l("Currency"), [_choice], choices=["CNY", "HKD", "USD", "EUR", "GBP"]
    )
