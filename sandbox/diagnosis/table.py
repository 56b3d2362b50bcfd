"""The table of all rules."""

from __future__ import annotations

from sandbox.diagnosis.attribute_rules import ATTRIBUTE_RULES
from sandbox.diagnosis.body_rules import BODY_RULES
from sandbox.diagnosis.endpoint_rules import ENDPOINT_RULES
from sandbox.diagnosis.filter_rules import FILTER_RULES
from sandbox.diagnosis.mapping_rules import MAPPING_RULES
from sandbox.diagnosis.patch_rules import PATCH_RULES
from sandbox.diagnosis.person_rules import PERSON_RULES
from sandbox.diagnosis.query_rules import QUERY_RULES
from sandbox.diagnosis.refusal_rules import LAST_RULE, PLAIN_RULES, REFUSAL_RULES
from sandbox.diagnosis.rule import Rule
from sandbox.diagnosis.series_rules import SERIES_RULES
from sandbox.diagnosis.token_rules import TOKEN_RULES
from sandbox.diagnosis.transport_rules import TRANSPORT_RULES

SUBJECTS: dict[str, tuple[Rule, ...]] = {
    "token": TOKEN_RULES,
    "endpoint": ENDPOINT_RULES,
    "transport": TRANSPORT_RULES,
    "query": (*FILTER_RULES, *QUERY_RULES),
    "body": (*BODY_RULES, *ATTRIBUTE_RULES),
    "patch": PATCH_RULES,
    "mapping": (*MAPPING_RULES, *PERSON_RULES),
    "series": SERIES_RULES,
    "refusal": REFUSAL_RULES,
    "plain": (*PLAIN_RULES, LAST_RULE),
}
"""Every rule by what it is about. Those of ``plain`` are asked when no other explains a refusal."""

FIRST_RULES = tuple(rule for subject, rules in SUBJECTS.items() if subject != "plain" for rule in rules)
RULES = {rule.code: rule for rules in SUBJECTS.values() for rule in rules}
"""Every rule by its code."""
