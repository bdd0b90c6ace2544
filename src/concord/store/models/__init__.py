from concord.store.models.agreement_document import AgreementDocument
from concord.store.models.agreement_event import AgreementEvent
from concord.store.models.change import Change
from concord.store.models.courier import Courier, EnrolmentToken, SeenNonce, Upload, UploadPiece
from concord.store.models.establishment import Establishment, EstablishmentChange
from concord.store.models.feed import Contact, FeedSet, MarksOfYear
from concord.store.models.ledger import Checkpoint, LedgerLine, WitnessSignature
from concord.store.models.person import Person
from concord.store.models.pupil import AttendancePeriod, Enrolment, Pupil, PupilValue, Suspension
from concord.store.models.returns import CollectionReturn, Finding, Note, ReturnEvent, ReturnVersion
from concord.store.models.sign_in_try import SignInTry
from concord.store.models.vault import SealedFile

__all__ = [
    "AgreementDocument",
    "AgreementEvent",
    "AttendancePeriod",
    "Change",
    "Checkpoint",
    "CollectionReturn",
    "Contact",
    "Courier",
    "Enrolment",
    "EnrolmentToken",
    "Establishment",
    "EstablishmentChange",
    "FeedSet",
    "Finding",
    "LedgerLine",
    "MarksOfYear",
    "Note",
    "Person",
    "Pupil",
    "PupilValue",
    "ReturnEvent",
    "ReturnVersion",
    "SealedFile",
    "SeenNonce",
    "SignInTry",
    "Suspension",
    "Upload",
    "UploadPiece",
    "WitnessSignature",
]
