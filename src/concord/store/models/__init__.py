from concord.store.models.access import DeclarationMade, Invitation, SignedIn, Training
from concord.store.models.across import AcrossFinding, EnrolledInReturn, ReturnCounts
from concord.store.models.agreement_document import AgreementDocument
from concord.store.models.agreement_event import AgreementEvent
from concord.store.models.change import Change
from concord.store.models.courier import Courier, EnrolmentToken, SeenNonce, Upload, UploadPiece
from concord.store.models.discrepancy import Discrepancy
from concord.store.models.emergency import EmergencyAccess
from concord.store.models.establishment import Establishment, EstablishmentChange
from concord.store.models.feed import Contact, FeedSet, MarksOfYear
from concord.store.models.job_fault import JobFault
from concord.store.models.ledger import Checkpoint, LedgerCheck, LedgerLine, WitnessSignature
from concord.store.models.mover import MoverCase
from concord.store.models.person import Person
from concord.store.models.proof import CodeMaker, LinkedAccount, Passkey, RecoveryCode
from concord.store.models.pupil import AttendancePeriod, Enrolment, Pupil, PupilValue, Suspension
from concord.store.models.returns import CollectionReturn, Finding, Note, ReturnEvent, ReturnVersion
from concord.store.models.sign_in_try import SignInTry
from concord.store.models.thread import CopyNote, QueryThread, Referral, ReturnReceipt, ThreadMessage
from concord.store.models.vault import SealedFile

__all__ = [
    "AcrossFinding",
    "AgreementDocument",
    "AgreementEvent",
    "AttendancePeriod",
    "Change",
    "Checkpoint",
    "CodeMaker",
    "CollectionReturn",
    "Contact",
    "CopyNote",
    "Courier",
    "DeclarationMade",
    "Discrepancy",
    "EmergencyAccess",
    "EnrolledInReturn",
    "Enrolment",
    "EnrolmentToken",
    "Establishment",
    "EstablishmentChange",
    "FeedSet",
    "Finding",
    "Invitation",
    "JobFault",
    "LedgerCheck",
    "LedgerLine",
    "LinkedAccount",
    "MarksOfYear",
    "MoverCase",
    "Note",
    "Passkey",
    "Person",
    "Pupil",
    "PupilValue",
    "QueryThread",
    "RecoveryCode",
    "Referral",
    "ReturnCounts",
    "ReturnEvent",
    "ReturnReceipt",
    "ReturnVersion",
    "SealedFile",
    "SeenNonce",
    "SignInTry",
    "SignedIn",
    "Suspension",
    "ThreadMessage",
    "Training",
    "Upload",
    "UploadPiece",
    "WitnessSignature",
]
