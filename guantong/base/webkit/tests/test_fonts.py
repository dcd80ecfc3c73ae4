"""Font slices: complete, without overlap, made once."""

from guantong.base.webkit import fonts


def test_slices_hold_every_character_once():
    available = set(range(0x20, 0x7F)) | set(range(0x4E00, 0x6000)) | {0x3002, 0xFF0C, 0x20000}
    parts = fonts.slices(available)
    assert set.union(*parts.values()) == available
    assert sum(len(points) for points in parts.values()) == len(available)
    assert 0x3002 in parts["latin"]
    assert ord("一") in parts["common-2"]
    assert ord("学") not in parts.get("second", set())


def test_level_one_has_the_3755_common_characters():
    assert len(fonts._gb2312(16, 55)) == 3755
    assert len(fonts._gb2312(56, 87)) == 3008


def test_ranges_are_written_shortly():
    assert fonts.unicode_range({0x41, 0x42, 0x43, 0x4E00}) == "U+41-43,U+4E00"


def test_the_document_font_is_there():
    assert fonts.font_path().stat().st_size > 5_000_000


def test_a_sheet_is_current_only_with_all_its_slices(tmp_path):
    source = fonts.font_path()
    (tmp_path / "sans.css").write_text(f"/* {fonts._mark(source)} */\nsrc:url(a.woff2)")
    assert not fonts.is_current(tmp_path, source)
    (tmp_path / "a.woff2").write_bytes(b"x")
    assert fonts.is_current(tmp_path, source)
    (tmp_path / "sans.css").write_text("/* other */\nsrc:url(a.woff2)")
    assert not fonts.is_current(tmp_path, source)
