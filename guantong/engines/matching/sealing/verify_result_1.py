"""核对录取结果凭证，只用 Python 自带的功能；不核对签名。用法：python3 verify_result.py 凭证.json 公布的文件夹"""

import csv
import hashlib
import json
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import unquote


def sha(*parts: Any) -> str:  # 不是字节的，先写成规范的 JSON
    plain = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(b"".join(p if isinstance(p, bytes) else plain.encode(p).encode() for p in parts)).hexdigest()


def compare(own: Any, cut: Any, run: Any) -> tuple[int, str]:  # 与公布的最后一名相比：高为 1，相同为 0，低为 -1；哪一项
    for name, last in (map(unquote, part.split("=", 1)) for part in cut["keys"].split(";") if part):
        mine, column = (own[name].get(cut["place_id"]) if name == "priority" else own[name]) or "", run["columns"][name]
        if mine != last:
            are_numbers = mine and last and column["kind"] == "number"
            is_more = Decimal(mine) > Decimal(last) if are_numbers else mine > last
            return (1 if is_more != bool(mine and last and column["better"] == "smaller") else -1), name
    return 0, ""


def check(card: Any, at: Path) -> Any:
    run, row, person = json.loads((at / "manifest.json").read_bytes()), card["row"], card["candidate"].encode()
    leaf, seed, (place, seats, held, _) = sha(b"\x00", row), (run["seed"] or "").encode(), row["result"]
    for part in card["proof"]:
        leaf = sha(b"\x01", bytes.fromhex(part[1:] + leaf if part[0] == "L" else leaf + part[1:]))
    drawn = (sha(seed), str(int(sha(b"guantong-lottery-v1\x00", seed, b"\x00", person)[:16], 16)))
    name, words = sha(b"guantong-pseudonym-v1\x00", bytes.fromhex(card["salt"]), person)[:32], run["words"].get
    core = sha({part: value for part, value in run.items() if part not in ("digest", "seed")})
    yield core == run["digest"] == card["manifest"], "运行说明没有改动，凭证属于这次运行"
    yield {f: sha((at / f).read_bytes()) for f in ("cutoffs.csv", "places.csv")} == run["published"], "公布的表没有改动"
    yield (name, leaf) == (row["candidate"], run["result"]["root"]), "凭证属于本人，内容与公布的结果一致"
    yield not seed or drawn == (run["commitment"], row["lottery"]), "摇号数与种子相符" if seed else "没有种子可以核对"
    cuts = {tuple(c.values())[:3]: c for c in csv.DictReader((at / "cutoffs.csv").read_text("utf-8").split("\n"))}
    for ordinal, unit, code, key, far in row["choices"]:
        where = card["against"].get(str(ordinal), [])
        own = {**row["facts"], "lottery": row["lottery"], "priority": row.get("priorities"), "ordinal": str(ordinal)}
        found = [compare(own, cuts[(unit, *k)], run) for k in where or [c[1:] for c in cuts if c[:2] == (unit, "")]]
        is_so = code.startswith("admitted") == (ordinal == held) and (code == "placed_higher") == (0 < held < ordinal)
        if ordinal == held:
            is_so = is_so and [place, seats] in where and min(found)[0] >= 0
        elif code == "below_cutoff" or where:
            is_below = bool(where) and max(found)[0] < 0 and (code == "lost_tie" or key in [k for _, k in found])
            is_so &= is_below or (not where and (run["rules"]["ties"] == "reject_all" or (1, "ordinal") in found))
        yield is_so, f"第 {ordinal} 志愿 {words(unit, unit)}：" + " ".join(words(p, p) for p in (code, key, far) if p)


if __name__ == "__main__":
    try:
        for is_right, said in check(json.loads(Path(sys.argv[1]).read_bytes()), Path(sys.argv[2])):
            sys.exit(f"核对不通过：不成立的是“{said}”。") if not is_right else sys.stdout.write(f"{said}。\n")
        sys.stdout.write("核对通过。签名没有核对：是谁签发的，请用 guantong admission verify 或网站核对。\n")
    except (ArithmeticError, AttributeError, LookupError, OSError, RecursionError, TypeError, ValueError, csv.Error):
        sys.exit("核对不通过：凭证或公布的文件不完整。")
