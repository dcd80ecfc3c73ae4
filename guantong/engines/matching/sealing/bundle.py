"""The bundle of a run: everything needed to compute it again, with pseudonyms in place of people.

A zip of the tables (candidates with the columns the rules ask for and, where lots were drawn, the number drawn for
each), the rules, the results and the manifest. Rows stand in the order of pseudonyms. Recomputing the bundle must
give the digest of results, the root over all lines, the cut-offs and both tables of results again, byte for byte.

Lots are drawn by a person's id, which a bundle does not hold: the numbers travel beside the pseudonyms and the engine
takes them (``lottery.DrawnCandidates``). Whether a number was drawn rightly each candidate checks with the
certificate, which has the id; whether all were, a supervisor checks who may see the ids.
"""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from guantong.engines import matching
from guantong.engines.matching.files import errors
from guantong.engines.matching.files.reading import NAMES, Files, read_files
from guantong.engines.matching.files.writing import (
    candidates_csv,
    choices_csv,
    fixed_csv,
    places_csv,
    reasons_csv,
    results_csv,
    rules_yaml,
    scores_csv,
    send_backs_csv,
)
from guantong.engines.matching.lottery import DrawnCandidates
from guantong.engines.matching.model import Instance
from guantong.engines.matching.sealing.formats import FORMATS, verifier_source
from guantong.engines.matching.sealing.leaves import asked_columns
from guantong.engines.matching.sealing.manifest import (
    Checked,
    Sealed,
    digest_of_manifest,
    manifest_bytes,
    seal,
    sha256,
)
from guantong.kernel.reading import read_json

MAX_UNPACKED = 4 * 1024**3
MAX_RATIO = 200
"""A member that unpacks to more than this many times its size is not unpacked."""
RESULTS = ("results.csv", "reasons.csv", "cutoffs.csv")
REQUIRED = (
    "manifest.json", NAMES["places"], NAMES["candidates"], NAMES["choices"], NAMES["rules"], *RESULTS,
)  # fmt: skip
OPTIONAL = (NAMES["scores"], NAMES["send_backs"], NAMES["fixed"], "README.txt", "verify_result.py")
_WHEN = (1980, 1, 1, 0, 0, 0)
_ABOUT = """这是一次录取运行的复核包。考生编号都换成了代号，代号的密钥由组织录取的部门保管。
任何人都可以用贯通重新计算：guantong admission rerun 本文件
考生本人可以用自己的凭证核对：python3 verify_result.py 凭证.json 公布的文件夹
各文件的格式见 docs/api/admission-files.md。
"""


def bundle_bytes(sealed: Sealed) -> bytes:
    """The zip; the same run gives the same bytes. Refusal MTC-343 when two numbers drawn are equal.

    It tells the seed (rules and manifest), so it is handed out only after the seed has been revealed.
    """
    instance, outcome, lines = sealed.instance, sealed.outcome, sealed.lines
    seed = instance.rules.lottery_seed
    manifest = sealed.manifest | {"seed": seed.lower() if seed is not None else None}
    if len(set(lines.lottery)) != len(lines.lottery):
        raise errors.EQUAL_LOTTERY.refuse()
    names, order = lines.pseudonyms.__getitem__, sealed.order
    asked = [name for name in asked_columns(instance.rules) if name in instance.columns]
    members: dict[str, bytes | None] = {
        "README.txt": _ABOUT.encode(),
        "manifest.json": manifest_bytes(manifest),
        NAMES["places"]: places_csv(instance.places),
        NAMES["candidates"]: candidates_csv(instance, asked, names, order, lines.lottery),
        NAMES["choices"]: choices_csv(instance, names, order),
        NAMES["scores"]: scores_csv(instance, names, order),
        NAMES["send_backs"]: send_backs_csv(instance, names),
        NAMES["fixed"]: fixed_csv(instance, names),
        NAMES["rules"]: rules_yaml(instance.rules),
        "results.csv": results_csv(instance, outcome, names, order),
        "reasons.csv": reasons_csv(instance, outcome, names, order),
        "cutoffs.csv": sealed.cutoffs,
        "verify_result.py": verifier_source(manifest["format"]),
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, data in sorted(members.items()):
            if data is None:
                continue
            entry = zipfile.ZipInfo(name, _WHEN)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data)
    return stream.getvalue()


def open_bundle(data: bytes) -> dict[str, bytes]:
    """The members of a bundle; Refusal MTC-34x for what is none, is incomplete, holds strangers or would unpack too
    large.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError) as error:
        raise errors.NOT_A_BUNDLE.refuse(why="不是 zip 压缩包，或下载得不完整") from error
    names = [entry.filename for entry in entries]
    for name in REQUIRED:
        if name not in names:
            raise errors.BUNDLE_MEMBER.refuse(what="缺少", name=name)
    for name in names:
        if name not in (*REQUIRED, *OPTIONAL):
            raise errors.BUNDLE_MEMBER.refuse(what="多出了", name=name[:60])
        if names.count(name) > 1:
            raise errors.BUNDLE_MEMBER.refuse(what="有两个", name=name)
    limit = min(MAX_UNPACKED, max(len(data), 4096) * MAX_RATIO)
    if sum(entry.file_size for entry in entries) > limit:
        raise errors.BUNDLE_TOO_LARGE.refuse(limit=limit >> 20)
    found: dict[str, bytes] = {}
    try:
        for entry in entries:
            with archive.open(entry) as stream:
                content = stream.read(entry.file_size + 1)
            if len(content) != entry.file_size:
                raise errors.NOT_A_BUNDLE.refuse(why=f"“{entry.filename}”的长度与目录不符")
            found[entry.filename] = content
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise errors.NOT_A_BUNDLE.refuse(why="压缩的内容已经损坏") from error
    return found


@dataclass(frozen=True, slots=True)
class Compared:
    """One thing a bundle says, and whether computing again says the same."""

    title: str
    is_same: bool
    said: str
    found: str


def read_bundle(members: Mapping[str, bytes]) -> tuple[Instance, dict[str, Any]]:
    """The instance of a bundle, its numbers drawn taken as they stand, and its manifest."""
    try:
        manifest = read_json(members["manifest.json"])
    except ValueError as error:
        raise errors.NOT_A_BUNDLE.refuse(why="运行说明读不出来") from error
    if not isinstance(manifest, dict) or manifest.get("format") not in FORMATS:
        raise errors.NOT_A_BUNDLE.refuse(why="运行说明不是认识的格式")
    data = {what: members[name] for what, name in NAMES.items() if name in members}
    reading = read_files(Files(data), numbers_stand=True)
    instance = reading.instance
    if reading.rules.ties == "lottery":
        if len(reading.lottery) != len(instance.candidates):
            raise errors.NOT_A_BUNDLE.refuse(why="考生表里没有摇号数")
        instance = replace(instance, candidates=DrawnCandidates.of(instance.candidates, reading.lottery))
    return instance, manifest


def rerun(members: Mapping[str, bytes], say: Callable[[str], None] = lambda text: None) -> tuple[Compared, ...]:
    """Computes a bundle again by both implementations and compares everything it says."""
    say("读取运行包")
    instance, manifest = read_bundle(members)
    say("第一套程序计算")
    outcome = matching.allocate(instance)
    say("第二套程序计算")
    other = matching.allocate_plainly(instance)
    mismatches = matching.compare(outcome, other)
    say("独立检查")
    violations = matching.check(instance, outcome)
    say("重新封存，逐项比较")
    drawn = instance.candidates.numbers if isinstance(instance.candidates, DrawnCandidates) else ()
    sealed = seal(
        instance,
        outcome,
        names=instance.candidates,
        inputs={},
        checked=Checked(len(mismatches), len(violations)),
        lottery=drawn,
        layout=manifest["format"],
    )
    said, found = manifest, sealed.manifest
    results, seals, published = _mapping(said.get("result")), found["result"], _mapping(said.get("published"))
    rows: list[tuple[str, object, object]] = [
        ("两套程序的结果", 0, len(mismatches)),
        ("独立检查的结论", 0, len(violations)),
        ("运行说明的摘要", said.get("digest"), digest_of_manifest(said)),
        ("规则", json.dumps(said.get("rules"), sort_keys=True), json.dumps(found["rules"], sort_keys=True)),
        ("种子的承诺", said.get("commitment"), found["commitment"]),
        ("人数、志愿数、名额和录取数", said.get("counts"), found["counts"]),
        ("计划表的摘要", published.get("places.csv"), found["published"]["places.csv"]),
        ("投档线的摘要", published.get("cutoffs.csv"), found["published"]["cutoffs.csv"]),
        ("结果的摘要", results.get("digest"), seals["digest"]),
        ("全部考生的默克尔根", results.get("root"), seals["root"]),
        ("包里的录取结果表", sha256(members["results.csv"]), sha256(results_csv(instance, outcome))),
        ("包里的逐条原因表", sha256(members["reasons.csv"]), sha256(reasons_csv(instance, outcome))),
        ("包里的投档线", sha256(members["cutoffs.csv"]), sha256(sealed.cutoffs)),
    ]
    return tuple(Compared(title, a == b, _short(a), _short(b)) for title, a, b in rows)


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _short(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
    return text if len(text) <= 80 else text[:79] + "…"
