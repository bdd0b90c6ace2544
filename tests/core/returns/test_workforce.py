"""A School Workforce Census as payroll and MIS writers make it, older spellings and both kinds of source."""

from __future__ import annotations

from concord.core.returns import read

FILE = b"""<?xml version="1.0" encoding="UTF-8"?>
<Message>
 <Header>
  <CollectionDetails><Collection>School Workforce Census</Collection><Year>2026</Year>
   <ReferenceDate>2026-11-05</ReferenceDate></CollectionDetails>
  <Source><SourceLevel>S</SourceLevel><LEA>886</LEA><Estab>2001</Estab><SerialNo>001</SerialNo></Source>
 </Header>
 <SchoolWorkforceModules><ContractOrServiceIncluded>true</ContractOrServiceIncluded></SchoolWorkforceModules>
 <SchoolWorkforceMembers>
  <SchoolWorkforceMember>
   <StaffDetails>
    <TeacherNumber>1234567</TeacherNumber>
    <StaffMemberName><PersonFamilyName>O&apos;Neill</PersonFamilyName><GivenNames>
     <GivenName><PersonGivenName>A</PersonGivenName></GivenName><GivenName><PersonGivenName>B</PersonGivenName></GivenName>
    </GivenNames></StaffMemberName>
    <FormerFamilyNames><PersonFamilyName>X</PersonFamilyName><PersonFamilyName>Y</PersonFamilyName></FormerFamilyNames>
    <NINumber>AB123456C</NINumber><GenderCurrent>F</GenderCurrent>
   </StaffDetails>
   <ContractOrServiceGroup>
    <ContractOrService><ContractType>PRM</ContractType><Post>TCH</Post>
     <PostLevelDetails>
      <Payments><PayRange>MS</PayRange><BasePay>40000.00</BasePay></Payments>
      <AdditionalPayments><AdditionalPayment><PaymentType>TLE</PaymentType></AdditionalPayment></AdditionalPayments>
      <Hours><FTEHours>32.5</FTEHours></Hours>
     </PostLevelDetails>
     <Roles><Role><RoleIdentifier>TCHR</RoleIdentifier></Role><Role><RoleIdentifier>SENC</RoleIdentifier>
      <RoleLevelDetails><AdditionalPayments><AdditionalPayment><PaymentType>SEN</PaymentType></AdditionalPayment>
      </AdditionalPayments></RoleLevelDetails></Role></Roles>
    </ContractOrService>
   </ContractOrServiceGroup>
   <Absences><Absence><FirstDayOfAbsence>2026-01-05</FirstDayOfAbsence><WorkingDaysLost>2.5</WorkingDaysLost></Absence></Absences>
   <Qualifications><Qualification><ClassOfDegree>1</ClassOfDegree>
    <Subjects><QualificationSubject>100403</QualificationSubject><QualificationSubject>100406</QualificationSubject></Subjects>
   </Qualification></Qualifications>
  </SchoolWorkforceMember>
 </SchoolWorkforceMembers>
 <School><Vacancies><Vacancy><VacantPost>TCH</VacantPost></Vacancy></Vacancies></School>
 <LA><EducationalPsychologists><EdPsychsFT>3</EdPsychsFT></EducationalPsychologists></LA>
</Message>
"""


def test_a_workforce_census_is_read_to_its_frames() -> None:
    ret = read(FILE)
    assert (ret.header.kind, ret.header.collection_id, ret.header.laestab) == ("SWF", "SWF-AUT-2026", "886/2001")
    assert ret.unknown == ()
    member = ret.tables["member"].row(0, named=True)
    assert [member[name] for name in ("PersonFamilyName", "PersonGivenName", "PersonGivenName2", "Sex")] == [
        "O'Neill",
        "A",
        "B",
        "F",
    ]
    assert ret.tables["former_family_name"]["PersonFamilyName"].to_list() == ["X", "Y"]
    assert ret.tables["qualification"].select("QualificationSubject", "QualificationSubject2").rows() == [
        ("100403", "100406")
    ]
    assert ret.tables["absence"]["WorkingDaysLost"].to_list() == ["2.5"]
    assert ret.tables["vacancy"]["VacantPost"].to_list() == ["TCH"]
    assert ret.tables["la"]["EdPsychsFT"].to_list() == ["3"]
    assert ret.tables["modules"]["ContractOrServiceIncluded"].to_list() == ["true"]


def test_a_payment_is_told_apart_by_the_contract_or_role_it_lies_in() -> None:
    tables = read(FILE).tables
    assert tables["contract"].select("member", "PayRange", "BasePay", "FTEHours").rows() == [
        (0, "MS", "40000.00", "32.5")
    ]
    assert tables["role"].select("member", "contract", "RoleIdentifier").rows() == [(0, 0, "TCHR"), (0, 0, "SENC")]
    assert tables["payment"].select("member", "contract", "role", "PaymentType").rows() == [
        (0, 0, None, "TLE"),
        (0, 0, 1, "SEN"),
    ]
