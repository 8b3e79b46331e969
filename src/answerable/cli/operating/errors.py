"""What can go wrong with an operator's file."""

from answerable.lib.errors import Problem


class OperatorFileInvalid(Problem):
    """Name every wrong place of the file; nothing of it was loaded."""

    code = "OPERATOR_FILE_INVALID"
    zh = "运营主体文件有 {count} 处不对，没有载入任何内容：{places}"
    en = "{count} places of the operator's file are wrong; nothing of it was loaded: {places}"

    def __init__(self, places: list[str]) -> None:
        self.places = places
        super().__init__(count=len(places), places="; ".join(places))
