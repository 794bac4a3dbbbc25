"""What the codes of the file are called on a page."""

from django.utils.text import capfirst

INSTITUTION_TYPES = {
    "salw_commission": "SALW commission",
    "ministry_interior": "Ministry of interior",
    "ministry_justice": "Ministry of justice",
    "ministry_defence": "Ministry of defence",
    "ministry_trade": "Ministry of trade",
    "police_general": "Police, general",
    "police_criminal": "Criminal police",
    "police_special_unit": "Police special unit",
    "police_border": "Border police",
    "police_cyber": "Cybercrime police",
    "police_k9": "Police dog unit",
    "firearms_focal_point": "Firearms focal point",
    "law_enforcement_cooperation_unit": "International law enforcement cooperation unit",
    "investigation_agency": "Investigation agency",
    "judicial_police": "Judicial police",
    "forensic_ballistic": "Forensic ballistic laboratory",
    "customs": "Customs",
    "prosecution": "Prosecution",
    "court": "Court",
    "postal_regulator": "Postal regulator",
    "postal_operator": "Postal operator",
    "courier_company": "Courier company",
    "parliament": "Parliament",
    "intelligence_financial": "Financial intelligence unit",
    "training_academy": "Training academy",
    "international_organisation": "International organisation",
    "donor": "Donor",
    "civil_society": "Civil society",
    "other": "Other",
}


def institution_type_name(key: str) -> str:
    return INSTITUTION_TYPES.get(key) or capfirst(key.replace("_", " "))
