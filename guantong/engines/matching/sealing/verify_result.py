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


def compare(own: Any, cut: Any, run: Any) -> tuple[int, str, Any]:  # 比公布的一行高 1、相同 0、低 -1；哪一项；差多少
    for key, last in (map(unquote, part.split("=", 1)) for part in cut["keys"].split(";") if part):
        mine, column = (own[key].get(cut["place_id"]) if key == "priority" else own[key]) or "", run["columns"][key]
        if mine != last:
            d = Decimal(mine) - Decimal(last) if mine and last and column["kind"] == "number" else None
            up = (mine > last if d is None else d > 0) != bool(mine and last and column["better"] == "smaller")
            return 1 if up else -1, key, d and key not in ("lottery", "ordinal") and min(abs(d), Decimal("2147483.647"))
    return 0, "", None


def check(card: Any, at: Path) -> Any:
    run, row, person = json.loads((at / "manifest.json").read_bytes()), card["row"], card["candidate"].encode()
    leaf, seed, (place, seats, held, _) = sha(b"\x00", row), (run["seed"] or "").encode(), row["result"]
    for part in card["proof"]:
        leaf = sha(b"\x01", bytes.fromhex(part[1:] + leaf if part[0] == "L" else leaf + part[1:]))
    drawn = (sha(seed), str(int(sha(b"guantong-lottery-v1\x00", seed, b"\x00", person)[:16], 16)))
    name, words = sha(b"guantong-pseudonym-v1\x00", bytes.fromhex(card["salt"]), person)[:32], run["words"].get
    core, width = sha({k: run[k] for k in {*run} - {"digest", "seed"}}), 3 + (run["rules"]["mechanism"] == "sequential")
    yield core == run["digest"] == card["manifest"], "运行说明没有改动，凭证属于这次运行"
    yield {f: sha((at / f).read_bytes()) for f in ("cutoffs.csv", "places.csv")} == run["published"], "公布的表没有改动"
    yield (name, leaf) == (row["candidate"], run["result"]["root"]), "凭证属于本人，内容与公布的结果一致"
    yield not seed or drawn == (run["commitment"], row["lottery"]), "摇号数与种子相符" if seed else "没有种子可以核对"
    cuts = {tuple(c.values())[:width]: c for c in csv.DictReader((at / "cutoffs.csv").read_text("utf-8").split("\n"))}
    for ordinal, unit, code, key, far in row["choices"]:
        named, step = card["against"].get(str(ordinal), []), str(far if code == "served_earlier" else ordinal)
        own = {**row["facts"], "lottery": row["lottery"], "priority": row.get("priorities"), "ordinal": str(ordinal)}
        found = [(*compare(own, c, run), c) for c in (cuts[(unit, *k, step)[:width]] for k in named)]
        is_so = code.startswith("admitted") == (ordinal == held) and (code == "placed_higher") == (0 < held < ordinal)
        is_so &= ordinal != held or ([place, seats] in named and min(up for up, *_ in found) >= 0)
        if ordinal != held and (named or code in ("below_cutoff", "served_earlier")):
            told = any(k == key and (not d or 0 <= Decimal(far or 0) - d < Decimal("0.001")) for _, k, d, _ in found)
            is_so &= told or (key == "ties" and bool(named))
            is_so &= all(up < (c["filed"] == "0") and (k != "ordinal" or c["left"] == "0") for up, k, _, c in found)
        yield is_so, f"第 {ordinal} 志愿 {words(unit, unit)}：" + " ".join(words(p, p) for p in (code, key, far) if p)


if __name__ == "__main__":
    try:
        for is_right, said in check(json.loads(Path(sys.argv[1]).read_bytes()), Path(sys.argv[2])):
            sys.exit(f"核对不通过：不成立的是“{said}”。") if not is_right else sys.stdout.write(f"{said}。\n")
        sys.stdout.write("核对通过。签名没有核对：是谁签发的，请用 guantong admission verify 或网站核对。\n")
    except (ArithmeticError, AttributeError, LookupError, OSError, RecursionError, TypeError, ValueError, csv.Error):
        sys.exit("核对不通过：凭证或公布的文件不完整。")
