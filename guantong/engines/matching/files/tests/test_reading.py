"""Files of a run as people save them, and every way they go wrong: file, line, column and what to do."""

import pytest

from guantong.engines.matching.files.reading import Files, read_files
from guantong.engines.matching.files.table import shorten
from guantong.engines.matching.lottery import lottery_number
from guantong.kernel.refusal import Problem, Refusal

SEED = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
PLACES = "place_id,school,group,programme,kind,seats\nA1,S1,G1,p1,ordinary,1\nA2,S1,G1,p2,,2\nB1,S2,G2,p1,ordinary,1\n"
CANDIDATES = "candidate_id,total,chinese\n001,500,90\n002,490.5,91\n"
CHOICES = "candidate_id,ordinal,unit_id\n001,1,A1\n001,2,B1\n002,1,A1\n"
RULES = "mechanism: parallel\nunit: place\norder:\n- {key: total, direction: descending}\nties: admit_all\n"


def files(**given: str | bytes) -> Files:
    data = {"places": PLACES, "candidates": CANDIDATES, "choices": CHOICES, "rules": RULES, **given}
    return Files({name: text.encode() if isinstance(text, str) else text for name, text in data.items()})


def refused(**given: str | bytes) -> list[Problem]:
    with pytest.raises(Refusal) as caught:
        read_files(files(**given))
    return list(caught.value.problems)


def places_of(problems: list[Problem]) -> list[tuple[str, str | None, int | None, str | None]]:
    return [(p.code, p.where.file, p.where.line, p.where.title) for p in problems]


class TestGoodFiles:
    def test_it_reads_plain_tables(self):
        instance = read_files(files()).instance
        assert instance.candidates == ("001", "002")
        assert [place.kind for place in instance.places] == ["ordinary"] * 3
        assert list(instance.choice_units) == [0, 2, 0]
        assert list(instance.columns["total"].values) == [500_000, 490_500]
        assert list(instance.ordinals) == []

    def test_byte_order_mark_and_windows_line_ends_change_nothing(self):
        plain = read_files(files()).instance
        saved = {
            what: b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode()
            for what, text in (("places", PLACES), ("candidates", CANDIDATES), ("choices", CHOICES), ("rules", RULES))
        }
        assert read_files(files(**saved)).instance == plain

    def test_the_order_of_columns_and_quotes_change_nothing(self):
        text = 'unit_id,"ordinal",candidate_id\n"A1",1,001\nB1,"2","001"\n\nA1, 1 ,002\n'
        assert read_files(files(choices=text)).instance == read_files(files()).instance

    def test_other_columns_of_candidates_are_kept(self):
        reading = read_files(files(candidates="x,candidate_id,total\n甲,001,500\n乙,002,490\n"))
        column = reading.instance.columns["x"]
        assert column.texts is not None
        assert [column.texts[value] for value in column.values] == ["甲", "乙"]

    def test_codes_with_leading_zeros_stay_text(self):
        column = read_files(files(candidates="candidate_id,total,code\n001,5,0101\n002,4,0102\n")).instance.columns[
            "code"
        ]
        assert column.texts == ("0101", "0102")

    def test_groups_wish_programmes_and_accept_reassignment(self):
        header = "candidate_id,ordinal,unit_id,programmes,accept_reassignment\n"
        text = header + "001,1,G1,p2;p1,是\n002,1,G1,p2；p1,0\n002,3,G2,,\n"
        instance = read_files(files(choices=text, rules=RULES.replace("unit: place", "unit: group"))).instance
        assert list(instance.wishes(0)) == [1, 0]
        assert list(instance.wishes(1)) == [1, 0]
        assert [instance.accepts_reassignment(n) for n in range(3)] == [True, False, False]
        assert [instance.ordinal(1, n) for n in (1, 2)] == [1, 3]

    def test_lists_of_places_may_leave_the_columns_of_groups_empty(self):
        text = CHOICES.replace("unit_id\n", "unit_id,programmes,accept_reassignment\n").replace("1\n", "1,,0\n")
        instance = read_files(files(choices=text)).instance
        assert instance == read_files(files()).instance
        wrong = refused(choices=text.replace("A1,,0", "A1,p1,0", 1))
        assert [(p.code, p.where.file, p.where.line) for p in wrong] == [("MTC-134", "choices.csv", 2)]

    def test_scores_send_backs_and_fixed(self):
        reading = read_files(
            files(
                rules=RULES.replace("parallel", "deferred_acceptance"),
                scores="candidate_id,place_id,score\n001,A1,3.5\n002,A1,4\n",
                send_backs="candidate_id,place_id,reason\n001,B1,体检\n",
                fixed="candidate_id,place_id\n002,A2\n",
            )
        )
        instance = reading.instance
        assert list(instance.score_values) == [3500, 4000]
        assert instance.reasons == ("体检",)
        assert list(instance.fixed_places) == [1]
        assert reading.rows == {"places": 3, "candidates": 2, "choices": 3, "scores": 2, "send_backs": 1, "fixed": 1}

    def test_rules_keep_what_looks_like_a_number_or_a_day_as_text(self):
        rules = RULES + "conditions:\n- {id: c, require: {key: code, in: [010, 1.50, 2026-01-01, yes, off]}}\n"
        table = "candidate_id,total,code\n001,5,010\n002,4,yes\n"
        comparison = read_files(files(rules=rules, candidates=table)).rules.conditions[0].require
        assert comparison.texts == ("010", "1.50", "2026-01-01", "yes", "off")

    def test_numbers_drawn_are_held_to_the_seed(self):
        rules = RULES.replace("admit_all", f"lottery\nlottery_seed: '{SEED}'")
        right = [lottery_number(SEED, name) for name in ("001", "002")]
        table = f"candidate_id,total,lottery_number\n001,5,{right[0]}\n002,4,{right[1]}\n"
        assert read_files(files(rules=rules, candidates=table)).lottery == tuple(right)
        assert "lottery_number" not in read_files(files(rules=rules, candidates=table)).instance.columns
        wrong = table.replace(str(right[1]), str(right[1] + 1))
        assert places_of(refused(rules=rules, candidates=wrong)) == [("MTC-324", "candidates.csv", 3, "lottery_number")]
        assert read_files(files(rules=rules, candidates=wrong), numbers_stand=True).lottery[1] == right[1] + 1


class TestFaults:
    def test_every_fault_of_every_file_comes_at_once(self):
        problems = refused(
            places=PLACES.replace("B1,S2,G2,p1,ordinary,1", "B1,S2,G2,p1,ordinary,-1\n=A1,S2,G2,p1,ordinary,2.5"),
            candidates=CANDIDATES + "003,=SUM(A1),90\n,400,90\n",
            choices=CHOICES + "002,0,B1\n002,x,B1\n003,3\n",
        )
        assert places_of(problems) == [
            ("MTC-317", "places.csv", 4, "seats"),
            ("MTC-320", "places.csv", 5, "place_id"),
            ("MTC-317", "places.csv", 5, "seats"),
            ("MTC-320", "candidates.csv", 4, "total"),
            ("MTC-316", "candidates.csv", 5, "candidate_id"),
            ("MTC-317", "choices.csv", 5, "ordinal"),
            ("MTC-317", "choices.csv", 6, "ordinal"),
            ("MTC-312", "choices.csv", 7, None),
        ]
        assert problems[0].sentence() == (
            "places.csv 第 4 行　「seats」　填的是：-1　"
            "这里应当是不小于 0 的整数。请改为这样的整数，例如 40。　编号 MTC-317"
        )

    def test_missing_and_unknown_columns_are_named(self):
        assert places_of(refused(places="place_id,school,group,programme,seat\nA,B,C,D,1\n")) == [
            ("MTC-307", "places.csv", 1, "kind"),
            ("MTC-307", "places.csv", 1, "seats"),
            ("MTC-308", "places.csv", 1, "seat"),
        ]

    def test_a_column_twice_and_one_without_a_name(self):
        assert places_of(refused(candidates="candidate_id,total,total,,x\n001,1,1,1,1\n")) == [
            ("MTC-309", "candidates.csv", 1, "total"),
            ("MTC-310", "candidates.csv", 1, None),
        ]

    def test_faults_between_files_get_file_and_line_back(self):
        choices = 'candidate_id,ordinal,unit_id\n"001",1,A1\n\n001,2,ZZ\n009,1,A1\n002,1,A1\n002,1,B1\n'
        assert places_of(refused(choices=choices)) == [
            ("MTC-109", "choices.csv", 5, None),
            ("MTC-101", "choices.csv", 4, "考生001第2志愿"),
            ("MTC-102", "choices.csv", 7, "考生002第1志愿"),
        ]

    def test_two_candidates_of_one_number_and_two_places_of_one_id(self):
        problems = refused(candidates=CANDIDATES + "001,3,4\n", places=PLACES + "A1,S9,G9,p1,ordinary,1\n")
        assert [(p.code, p.where.file, p.where.line) for p in problems] == [
            ("MTC-105", "places.csv", 5),
            ("MTC-104", "candidates.csv", 4),
        ]

    def test_a_missing_key_and_a_score_above_full_mark_name_the_cell(self):
        rules = RULES + "full_marks: {total: 450}\n"
        problems = refused(candidates="candidate_id,total\n001,\n002,470\n", rules=rules)
        assert [(p.where.file, p.where.line, p.where.title) for p in problems][-1] == ("candidates.csv", 3, "total")
        missing = refused(candidates="candidate_id,total\n001,\n002,4\n")
        assert [(p.where.file, p.where.line) for p in missing] == [("candidates.csv", 2)]

    def test_pairs_name_their_own_table(self):
        assert [
            (p.code, p.where.file, p.where.line) for p in refused(fixed="candidate_id,place_id\n001,A1\n001,B1\n")
        ] == [("MTC-132", "fixed.csv", 3)]
        scores = "candidate_id,place_id,score\n001,A1,3\n001,B1,3\n002,A1,4\n001,A1,5\n"
        rules = RULES.replace("parallel", "deferred_acceptance")
        assert [(p.code, p.where.file, p.where.line) for p in refused(rules=rules, scores=scores)] == [
            ("MTC-122", "scores.csv", 5)
        ]
        assert [
            (p.where.file, p.where.line)
            for p in refused(send_backs="candidate_id,place_id,reason\n001,A1,体检\n001,A1,语种\n")
        ] == [("sendbacks.csv", 3)]

    def test_rules_name_their_line(self):
        problems = refused(rules=RULES + "lines:\n- id: a\n  key: total\n  at_leest: 5\n")
        assert {(p.where.file, p.where.line) for p in problems} == {("rules.yaml", 9), ("rules.yaml", 7)} or {
            p.where.file for p in problems
        } == {"rules.yaml"}
        assert any(p.where.line == 9 for p in problems)

    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("a: &x 1\nb: *x\n", "MTC-332"),
            ("a: 1\na: 2\n", "MTC-331"),
            ("a: [1\n", "MTC-330"),
            ("a: 1: 2\n", "MTC-330"),
            ("- 1\n- 2\n", "MTC-333"),
            ("a: " + "[" * 30 + "]" * 30 + "\n", "MTC-334"),
            ("? [1, 2]\n: 3\n", "MTC-330"),
            ("a: 1\n---\nb: 2\n", "MTC-330"),
            ("a: '\x07'\n", "MTC-330"),
        ],
    )
    def test_rules_are_read_strictly(self, text, code):
        problems = refused(rules=text)
        assert [p.code for p in problems] == [code]
        assert problems[0].where.file == "rules.yaml"
        assert problems[0].where.line

    def test_only_the_first_twenty_are_shown_with_the_number_of_the_rest(self):
        rows = "".join(f"00{n % 2 + 1},0,A1\n" for n in range(57))
        problems = refused(choices="candidate_id,ordinal,unit_id\n" + rows)
        assert len(problems) == 57
        shown = shorten(Refusal(problems))
        assert len(shown.problems) == 21
        assert "另有 37 处" in shown.problems[-1].message

    def test_beyond_a_thousand_only_the_number_is_kept(self):
        rows = "".join(f"00{n % 2 + 1},0,A1\n" for n in range(2500))
        problems = refused(choices="candidate_id,ordinal,unit_id\n" + rows)
        assert len(problems) == 1001
        assert "另有 1500 处" in problems[-1].message
        assert "另有 2480 处" in shorten(Refusal(problems)).problems[-1].message

    def test_a_list_in_the_wrong_unit_is_told_by_its_first_rows_and_the_number_of_the_rest(self):
        people = "".join(f"{n},5\n" for n in range(1, 2_001))
        rows = "".join(f"{n},1,G1\n" for n in range(1, 2_001))
        problems = refused(candidates="candidate_id,total\n" + people, choices="candidate_id,ordinal,unit_id\n" + rows)
        assert len(problems) == 1_001
        assert problems[999].where.line == 1_001
        shown = shorten(Refusal(problems)).problems
        assert len(shown) == 21
        assert "另有 1980 处" in shown[-1].message

    def test_messages_hold_no_word_of_the_program(self):
        from guantong.engines.matching.files import errors
        from guantong.kernel.refusal import RefusalKind

        for kind in vars(errors).values():
            if isinstance(kind, RefusalKind):
                assert kind.code.startswith("MTC-3")
                assert kind.message.endswith("。")
                assert kind.do.endswith("。")
                for word in ("非法", "无效", "异常", "失败", "null", "用户"):
                    assert word not in kind.message + kind.do


class TestHostileFiles:
    @pytest.mark.parametrize("what", ["places", "candidates", "choices", "rules"])
    @pytest.mark.parametrize(
        ("data", "code"),
        [
            (b"", "MTC-302"),
            (b"\xef\xbb\xbf  \r\n", "MTC-302"),
            (b"PK\x03\x04" + b"x" * 50, "MTC-303"),
            (b"\xd0\xcf\x11\xe0" + b"x" * 50, "MTC-303"),
            ("candidate_id,姓名\n1,张三\n".encode("gb18030"), "MTC-304"),
            ("candidate_id,total\n1,2\n".encode("utf-16"), "MTC-304"),
            (b"candidate_id\n\xff\xfe\xfd\n", "MTC-304"),
            (b"candidate_id,total\n1,\x002\n", "MTC-305"),
        ],
    )
    def test_what_is_no_text_is_told(self, what, data, code):
        assert [p.code for p in refused(**{what: data})] == [code]

    def test_gb18030_is_recognised_and_the_right_way_to_save_told(self):
        (problem,) = refused(candidates="candidate_id,姓名\n1,张三\n".encode("gb18030"))
        assert "GB18030" in problem.message
        assert "姓名" in problem.message
        assert "CSV UTF-8" in problem.do
        assert problem.where.line == 1

    def test_a_million_columns(self):
        header = ",".join(f"c{n}" for n in range(1_000_000))
        assert [p.code for p in refused(candidates=f"candidate_id,{header}\n1\n")] == ["MTC-311"]
        row = "," * 1_000_000
        assert [p.code for p in refused(choices=f"candidate_id,ordinal,unit_id\n001,1,A1{row}x\n")] == ["MTC-312"]

    def test_a_huge_cell(self):
        assert [p.code for p in refused(candidates=f"candidate_id,total\n001,{'9' * 3_000_000}\n")] == ["MTC-314"]

    def test_open_quotes_swallow_nothing_silently(self):
        problems = refused(choices='candidate_id,ordinal,unit_id\n001,1,"A1\n002,1,A1\n')
        assert [(p.code, p.where.file) for p in problems] == [("MTC-313", "choices.csv")]
        assert [p.code for p in refused(choices='candidate_id,ordinal,unit_id\n001,1,"A1"x\n')] == ["MTC-313"]

    @pytest.mark.parametrize("text", ["=1+1", "@x", "+86", "-x", "=cmd|' /C calc'!A0"])
    def test_formula_cells_are_refused_wherever_an_id_stands(self, text):
        cell = f'"{text}"'
        assert [p.code for p in refused(candidates=f"candidate_id,total\n{cell},5\n")] == ["MTC-320"]
        assert [p.code for p in refused(places=PLACES + f"{cell},S,G,p,ordinary,1\n")] == ["MTC-320"]
        assert [p.code for p in refused(choices=CHOICES + f"001,3,{cell}\n")] == ["MTC-320"]

    def test_negative_numbers_in_columns_are_no_formulas(self):
        assert read_files(files(candidates="candidate_id,total\n001,-5\n002,+3\n")).instance.columns["total"].of_numbers

    def test_a_column_named_like_a_formula_is_refused_and_a_dash_is_only_a_dash(self):
        assert [p.code for p in refused(candidates="candidate_id,total,=1+1\n001,5,x\n")] == ["MTC-320"]
        column = read_files(files(candidates="candidate_id,total,note\n001,5,-\n002,4,x\n")).instance.columns["note"]
        assert column.texts == ("-", "x")

    def test_numbers_a_spreadsheet_shortened_are_not_guessed(self):
        assert [p.code for p in refused(candidates="candidate_id,total\n2.602E+11,5\n002,4\n")] == ["MTC-321"]

    def test_ids_with_unseen_characters_are_told(self):
        problems = refused(candidates="candidate_id,total\n001\u200b,5\n002,4\n")
        assert [(p.code, p.where.line) for p in problems] == [("MTC-323", 2)]

    def test_a_header_alone_is_an_empty_table(self):
        instance = read_files(
            files(candidates="candidate_id,total\n", choices="candidate_id,ordinal,unit_id\n")
        ).instance
        assert instance.candidates == ()
