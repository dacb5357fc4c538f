"""What can be wrong with a file, and with one row of it, in both languages."""

from __future__ import annotations

from typing import Final

from hongyan.kernel.errors import Refused

SHEET_PROBLEMS: Final = {
    "sheet.too_large": (
        "the file is larger than {most} bytes; split it",
        "文件超过 {most} 字节，请拆分后再导入",
    ),
    "sheet.unpacked_too_large": (
        "the workbook unpacks to more than {most} bytes, or to too many parts; save only its values as a new file",
        "工作簿解压后超过 {most} 字节或部件过多，请仅将数值另存为新文件",
    ),
    "sheet.old_format": (
        "this is a file of Excel 97 to 2003, or one with a password; save it as .xlsx without a password",
        "该文件为 Excel 97-2003 格式或带有密码，请另存为不带密码的 .xlsx",
    ),
    "sheet.macros": (
        "the workbook holds macros or controls ({part}); save it as .xlsx",
        "工作簿含有宏或控件（{part}），请另存为 .xlsx",
    ),
    "sheet.external": (
        "the workbook leads to other files or holds them ({part}); save only its values as a new file",
        "工作簿引用或嵌入了外部文件（{part}），请仅将数值另存为新文件",
    ),
    "sheet.entities": (
        "the workbook declares a document type ({part}), which no spreadsheet program writes",
        "工作簿中含有文档类型声明（{part}），不是正常软件生成的文件",
    ),
    "sheet.too_heavy": (
        "the file takes too long or too much memory to read; save only its values as a new file, or split it",
        "读取该文件耗时过长或占用内存过多，请仅将数值另存为新文件，或拆分后再导入",
    ),
    "sheet.malformed": (
        "the file is damaged; open it in a spreadsheet program and save it again",
        "文件已损坏，请用表格软件打开并重新保存",
    ),
    "sheet.not_a_sheet": (
        "this is neither .xlsx nor CSV, whatever its name says",
        "该文件既不是 .xlsx 也不是 CSV（与扩展名无关）",
    ),
    "sheet.encoding": (
        "the CSV file is neither UTF-8 nor GB 18030",
        "CSV 文件的编码既不是 UTF-8 也不是 GB 18030（GBK）",
    ),
    "sheet.too_many_rows": (
        "a sheet has something in a row behind {most}; split the file",
        "工作表在第 {most} 行之后仍有内容，请拆分文件",
    ),
    "sheet.too_many_columns": (
        "a sheet has more than {most} columns",
        "工作表超过 {most} 列",
    ),
    "sheet.too_many_sheets": ("the workbook has more than {most} sheets", "工作簿超过 {most} 个工作表"),
    "sheet.too_many_merges": (
        "a sheet has more than {most} merged ranges",
        "工作表的合并单元格超过 {most} 处",
    ),
    "sheet.no_heading": (
        "no row of the file names its columns: {wanted} are needed, and these were found: {found}",
        "未找到表头：需要{wanted}，已识别：{found}",
    ),
    "sheet.same_column_twice": (
        "two columns both look like {column}: {headings}; rename the one that is not meant",
        "有两列都像是{column}：{headings}，请重命名其中一列",
    ),
}
"""Code -> English, Chinese."""


def sheet_problem(code: str, **facts: object) -> Refused:
    """The error of a row, ready to raise."""
    en, zh = SHEET_PROBLEMS[code]
    return Refused(code, en=en.format(**facts), zh=zh.format(**facts), **facts)
