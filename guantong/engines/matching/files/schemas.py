"""JSON Schemas of every file of a run, made from the words the code itself reads and writes.

``python -m guantong.engines.matching.files.schemas FOLDER`` writes them (docs/api/admission-schemas); a test keeps
the folder current and holds real files to them. A row of a table is an object of its cells as text, by column.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from guantong.engines.matching.files.writing import (
    CHOICES,
    CHOICES_OF_GROUPS,
    CUTOFFS,
    FIXED,
    LOTTERY_COLUMN,
    PLACES,
    REASONS,
    RESULTS,
    SCORES,
    SEND_BACKS,
)
from guantong.engines.matching.model import Code
from guantong.engines.matching.reading import conditions, document, quotas
from guantong.engines.matching.ruleset import PLACE_COLUMNS

Schema = dict[str, Any]
DIALECT = "https://json-schema.org/draft/2020-12/schema"
CODES = [code.label for code in Code]
VERDICTS = [code.label for code in Code if code not in (Code.NO_CHOICES, Code.NOT_PLACED)]

ID: Schema = {"type": "string", "pattern": "^[^=+\\-@\\s]", "maxLength": 200}
ID_OR_NONE: Schema = {"type": "string", "pattern": "^([^=+\\-@\\s].*)?$"}
WHOLE: Schema = {"type": "string", "pattern": "^[0-9]+$"}
WHOLE_OR_NONE: Schema = {"type": "string", "pattern": "^[0-9]*$"}
POINTS: Schema = {"type": "string", "pattern": "^-?[0-9]+(\\.[0-9]{1,3})?$"}
POINTS_OR_NONE: Schema = {"type": "string", "pattern": "^(-?[0-9]+(\\.[0-9]{1,3})?)?$"}
DIGEST: Schema = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
PSEUDONYM: Schema = {"type": "string", "pattern": "^[0-9a-f]{32}$"}
TEXT: Schema = {"type": "string"}
TEXT_OR_NULL: Schema = {"type": ["string", "null"]}
COUNT: Schema = {"type": "integer", "minimum": 0}
KEY_ID: Schema = {"type": "string", "pattern": "^[0-9a-f]{16}$"}
DAY_OR_NULL: Schema = {"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]}
NUMBER: Schema = {
    "description": "A number of at most three decimals; written as text it is exact in every reader of YAML and JSON.",
    "anyOf": [{"type": "integer"}, {"type": "string", "pattern": "^[+-]?[0-9]+(\\.[0-9]+)?$"}],
}
VALUE: Schema = {"type": ["string", "integer"]}


def _object(properties: dict[str, Schema], required: list[str] | None = None, **more: Any) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties) if required is None else required,
        "additionalProperties": False,
        **more,
    }


def _row(columns: tuple[str, ...], kinds: dict[str, Schema], required: list[str] | None = None) -> Schema:
    return _object({name: kinds.get(name, ID) for name in columns}, required)


def rows() -> dict[str, Schema]:
    """Schemas of one row of each table."""
    flag: Schema = {"type": "string", "enum": ["", "0", "1", "true", "false", "是", "否", "yes", "no"]}
    candidates = _object({"candidate_id": ID, LOTTERY_COLUMN: WHOLE}, ["candidate_id"])
    candidates["additionalProperties"] = TEXT
    cutoff: dict[str, Schema] = {
        "place_id": ID_OR_NONE,
        "kind": TEXT,
        "round": WHOLE,
        "ordinal": WHOLE_OR_NONE,
        "seats": WHOLE,
        "filed": WHOLE,
        "admitted": WHOLE,
        "left": WHOLE,
        "full": {"type": "string", "enum": ["0", "1"]},
        "keys": {"type": "string", "pattern": "^([^=;]+=[^=;]*(;[^=;]+=[^=;]*)*)?$"},
    }
    return {
        "places": _row(
            PLACES,
            {"school": ID_OR_NONE, "group": ID_OR_NONE, "programme": ID_OR_NONE, "kind": TEXT, "seats": WHOLE},
        ),
        "candidates": candidates,
        "choices": _row(
            CHOICES_OF_GROUPS, {"ordinal": WHOLE, "programmes": TEXT, "accept_reassignment": flag}, list(CHOICES)
        ),
        "scores": _row(SCORES, {"score": POINTS}),
        "sendbacks": _row(SEND_BACKS, {}),
        "fixed": _row(FIXED, {}),
        "results": _row(
            RESULTS,
            {"place_id": ID_OR_NONE, "ordinal": WHOLE_OR_NONE, "reason": {"type": "string", "enum": CODES}},
        ),
        "reasons": _row(
            REASONS,
            {
                "ordinal": WHOLE,
                "code": {"type": "string", "enum": VERDICTS},
                "key": TEXT,
                "distance": POINTS_OR_NONE,
            },
        ),
        "cutoffs": _row(CUTOFFS, cutoff),
    }


def rules() -> Schema:
    """``rules.yaml``, as plain values."""
    selector = _object(
        {name: {"anyOf": [VALUE, {"type": "array", "items": VALUE, "minItems": 1}]} for name in PLACE_COLUMNS}, []
    )
    many: Schema = {"type": "array", "items": VALUE, "minItems": 1}
    operands: dict[str, Schema] = {
        "equals": VALUE,
        "not_equals": VALUE,
        "in": many,
        "not_in": many,
        "at_least": NUMBER,
        "at_most": NUMBER,
        "present": {"type": "boolean"},
    }
    parts: Schema = {"type": "array", "items": {"$ref": "#/$defs/condition"}, "minItems": 1}
    comparison = _object(
        {"key": TEXT, **{operator: operands[operator] for operator in conditions.OPERATORS}}, ["key"], minProperties=2
    )
    condition: Schema = {
        "oneOf": [
            comparison,
            _object({"all": parts}),
            _object({"any": parts}),
            _object({"at_least": {"type": "integer", "minimum": 1}, "of": parts}),
            _object({"not": {"$ref": "#/$defs/condition"}}),
        ]
    }
    ref: Schema = {"$ref": "#/$defs/condition"}
    places: Schema = {"$ref": "#/$defs/selector"}
    line = _object(
        {"id": TEXT, "key": TEXT, "at_least": NUMBER, "places": places, "who": ref}, ["id", "key", "at_least"]
    )
    own_line = _object({"id": TEXT, "key": TEXT, "at_least": NUMBER})
    quota_parts: dict[str, Schema] = {
        "id": TEXT,
        "kind": {"enum": list(quotas.KINDS)},
        "who": ref,
        "places": places,
        "seats": COUNT,
        "share": NUMBER,
        "order": {"enum": ["before", "after"]},
        "unfilled_to": TEXT,
        "lines": {"type": "array", "items": own_line},
    }
    quota = _object({name: quota_parts[name] for name in quotas.KEYS}, ["id", "kind", "who"])
    quota["oneOf"] = [{"required": ["seats"]}, {"required": ["share"]}]
    floor = _object({"key": TEXT, "at_least": NUMBER, "step": NUMBER}, ["key", "at_least"])
    properties: dict[str, Schema] = {
        "mechanism": {"enum": list(document.MECHANISMS)},
        "unit": {"enum": list(document.UNITS)},
        "order": {
            "type": "array",
            "items": _object({"key": TEXT, "direction": {"enum": ["descending", "ascending"]}}, ["key"]),
        },
        "ties": {"enum": list(document.TIES)},
        "lottery_seed": {"type": "string", "pattern": "^[0-9a-fA-F]{64}$"},
        "ratio": NUMBER,
        "one_shot": {"type": "boolean"},
        "stages": {"enum": list(document.STAGES)},
        "reassignment": {"enum": list(document.REASSIGNMENTS)},
        "missing": {"enum": list(document.MISSINGS)},
        "lines": {"type": "array", "items": line},
        "conditions": {
            "type": "array",
            "items": _object({"id": TEXT, "places": places, "require": ref}, ["id", "require"]),
        },
        "quotas": {"type": "array", "items": quota},
        "weights": {
            "type": "array",
            "items": _object({"places": places, "keys": {"type": "object", "additionalProperties": NUMBER}}, ["keys"]),
        },
        "round": _object({"number": {"type": "integer", "minimum": 1}, "floor": floor}, []),
        "full_marks": {"type": "object", "additionalProperties": NUMBER},
    }
    made = _object({key: properties[key] for key in document.KEYS}, ["mechanism", "unit", "order", "ties"])
    made["if"] = {"properties": {"ties": {"const": "lottery"}}}
    made["then"] = {"required": ["lottery_seed"]}
    made["else"] = {"not": {"required": ["lottery_seed"]}}
    return made | {"$defs": {"condition": condition, "selector": selector}}


def manifest() -> Schema:
    """``manifest.json``."""
    inner = rules()
    sealed_rules = {name: value for name, value in inner.items() if name not in ("$defs", "if", "then", "else")}
    column = _object(
        {"kind": {"enum": ["number", "text"]}, "better": {"enum": ["larger", "smaller", None]}},
    )
    counts = ("candidates", "choices", "places", "seats", "placed")
    facts = _object({"sha256": DIGEST, "bytes": COUNT, "rows": COUNT}, ["sha256"])
    made = _object(
        {
            "format": {"enum": ["guantong-admission-run-1", "guantong-admission-run-2"]},
            "code": _object({"version": TEXT, "source": DIGEST}),
            "engines": _object({"python": TEXT, "numpy": TEXT, "numba": TEXT}),
            "inputs": {"type": "object", "additionalProperties": facts},
            "rules": sealed_rules,
            "pack": {"type": "array", "items": {"type": "object"}},
            "columns": {"type": "object", "additionalProperties": column},
            "words": {"type": "object", "required": CODES, "additionalProperties": TEXT},
            "commitment": {"anyOf": [DIGEST, {"type": "null"}]},
            "seed": {"anyOf": [DIGEST, {"type": "null"}]},
            "counts": _object(
                {
                    **dict.fromkeys(counts, COUNT),
                    "reasons": {
                        "type": "object",
                        "propertyNames": {"enum": CODES},
                        "additionalProperties": COUNT,
                    },
                }
            ),
            "checks": _object({"mismatches": COUNT, "violations": COUNT}),
            "published": _object({"cutoffs.csv": DIGEST, "places.csv": DIGEST}),
            "arrays": DIGEST,
            "result": _object({"digest": DIGEST, "root": DIGEST, "leaves": COUNT}),
            "made_at": {"type": "string", "format": "date-time"},
            "digest": DIGEST,
        }
    )
    made["required"].remove("made_at")
    return made | {"$defs": inner["$defs"]}


def certificate() -> Schema:
    """A certificate."""
    verdict: Schema = {
        "type": "array",
        "description": "ordinal, unit, code, key, distance",
        "prefixItems": [
            {"type": "integer", "minimum": 1},
            TEXT,
            {"enum": VERDICTS},
            TEXT_OR_NULL,
            TEXT_OR_NULL,
        ],
        "minItems": 5,
        "items": False,
    }
    wish: Schema = {
        "type": "array",
        "prefixItems": [{"type": "array", "items": TEXT}, {"type": "boolean"}],
        "minItems": 2,
        "items": False,
    }
    row = _object(
        {
            "candidate": PSEUDONYM,
            "choices": {"type": "array", "items": verdict},
            "facts": {"type": "object", "additionalProperties": TEXT_OR_NULL},
            "groups": {"type": "array", "items": TEXT},
            "lottery": TEXT_OR_NULL,
            "priorities": {"type": "object", "additionalProperties": TEXT},
            "result": {
                "type": "array",
                "description": "place, seats, ordinal, reason",
                "prefixItems": [TEXT_OR_NULL, TEXT_OR_NULL, COUNT, {"enum": CODES}],
                "minItems": 4,
                "items": False,
            },
            "wishes": {"type": "object", "additionalProperties": wish},
        },
        ["candidate", "choices", "facts", "groups", "lottery", "result"],
    )
    where: Schema = {"type": "array", "items": {"type": "array", "items": TEXT, "minItems": 2, "maxItems": 2}}
    return _object(
        {
            "format": {"const": "guantong-admission-certificate-1"},
            "candidate": TEXT,
            "salt": DIGEST,
            "row": row,
            "against": {"type": "object", "additionalProperties": where},
            "number": COUNT,
            "proof": {"type": "array", "items": {"type": "string", "pattern": "^[LR][0-9a-f]{64}$"}},
            "manifest": DIGEST,
            "cutoffs": DIGEST,
            "signature": {"anyOf": [signature(), {"type": "null"}]},
        }
    )


def signature() -> Schema:
    """What stands under ``signature`` of a signed document."""
    return _object(
        {
            "algorithm": {"const": "Ed25519"},
            "key_id": KEY_ID,
            "public_key": DIGEST,
            "issuer": TEXT,
            "signed_on": DAY_OR_NULL,
            "value": {"type": "string", "pattern": "^[0-9a-f]{128}$"},
        }
    )


def seal() -> Schema:
    """``signature.json``: the signed seal of a run."""
    return _object(
        {
            "format": {"const": "guantong-admission-seal-1"},
            "title": TEXT,
            "manifest": DIGEST,
            "root": DIGEST,
            "leaves": COUNT,
            "bundle": {"anyOf": [DIGEST, {"type": "null"}]},
            "signature": signature(),
        }
    )


def keys() -> Schema:
    """``keys.json``: the public keys of whoever signs."""
    key = _object(
        {
            "algorithm": {"const": "Ed25519"},
            "key_id": KEY_ID,
            "public_key": DIGEST,
            "pem": TEXT,
            "issuer": TEXT,
            "since": {"type": "string", "format": "date"},
            "until": DAY_OR_NULL,
        }
    )
    return _object({"format": {"const": "guantong-keys-1"}, "keys": {"type": "array", "items": key}})


TITLES = {
    "places": "招生计划表 places.csv 的一行",
    "candidates": "考生表 candidates.csv 的一行",
    "choices": "志愿表 choices.csv 的一行",
    "scores": "各专业成绩 scores.csv 的一行",
    "sendbacks": "退档名单 sendbacks.csv 的一行",
    "fixed": "已录取名单 fixed.csv 的一行",
    "results": "录取结果 results.csv 的一行",
    "reasons": "逐条原因 reasons.csv 的一行",
    "cutoffs": "投档线 cutoffs.csv 的一行",
    "rules": "规则 rules.yaml",
    "manifest": "运行说明 manifest.json",
    "certificate": "录取结果凭证",
    "signature": "封存的签名 signature.json",
    "keys": "公钥 keys.json",
}


def schemas() -> dict[str, Schema]:
    """Every schema by the name of its file."""
    made = {
        **rows(),
        "rules": rules(),
        "manifest": manifest(),
        "certificate": certificate(),
        "signature": seal(),
        "keys": keys(),
    }
    return {name: {"$schema": DIALECT, "title": TITLES[name], **schema} for name, schema in made.items()}


def schema_bytes(schema: Schema) -> bytes:
    """A schema as its file."""
    return (json.dumps(schema, ensure_ascii=False, indent=1) + "\n").encode()


def main(folder: Path) -> None:
    """Write every schema into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, schema in schemas().items():
        (folder / f"{name}.json").write_bytes(schema_bytes(schema))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
