"""The pages that the reader is tried on, and what they say: the truth that readings are held against.

Every name and number is invented; the credit codes have right check characters.
"""

from __future__ import annotations

from ocr_drawing import BLACK, GREY, RED, Sheet
from ocr_more_pages import MORE_PAGES
from ocr_page import Page, code_of
from PIL import Image

YUNYAN, YUNYAN_CODE = "杭州云雁网络科技有限公司", code_of("91", "330106", "MA2HA101")
CESUAN, CESUAN_CODE = "北京测算信息技术有限公司", code_of("91", "110108", "MA01B202")
LONG = "内蒙古青原草业生态农牧科技发展（集团）股份有限公司呼和浩特第一分公司"
LONG_CODE = code_of("91", "150102", "MA0NC303")
SHOP, SHOP_CODE = "成都市锦江区禾木小食店", code_of("92", "510104", "MA6CD404")
SCHOOL, SCHOOL_CODE = "青岛市海棠区第三实验小学", code_of("12", "370202", "495AE505")
MANY = (
    "云雁",
    "云雁科技",
    "云雁网络",
    "云雁商城",
    "云雁出行",
    "云雁物流",
    "云雁健康",
    "杭州云雁",
    "云雁e家",
    "雁信通",
)


def _licence_wide(*, sealed: bool) -> Image.Image:
    """The licence since 2019: landscape, two columns, the code above the left one."""
    sheet = Sheet(1754, 1240, "Serif")
    sheet.frame(60, 60, 1694, 1180, colour=(150, 120, 60), width=8)
    sheet.centred(150, "营 业 执 照", 76)
    sheet.centred(250, "（副  本）", 30)
    sheet.text(150, 170, "统一社会信用代码", 26)
    sheet.text(150, 212, YUNYAN_CODE, 28)
    sheet.text(1290, 180, "扫描二维码登录“国家企", 18, colour=GREY)
    sheet.text(1290, 206, "业信用信息公示系统”", 18, colour=GREY)
    left = (
        ("名        称", YUNYAN),
        ("类        型", "有限责任公司（自然人投资或控股）"),
        ("法定代表人", "赵一鸣"),
        (
            "经营范围",
            "一般项目：技术服务、技术开发、技术咨询；软件开发；信息系统集成服务；第二类增值电信业务代理"
            "（除依法须经批准的项目外，凭营业执照依法自主开展经营活动）。",
        ),
    )
    right = (
        ("注册资本", "壹仟万元整"),
        ("成立日期", "2020年03月18日"),
        ("营业期限", "2020年03月18日至2040年03月17日"),
        ("住        所", "浙江省杭州市西湖区文三路九百号雁栖大厦3幢1205室"),
    )
    sheet.rows(150, 380, left, at=330, right=880)
    sheet.rows(960, 380, right, at=1110, right=1620)
    sheet.text(1130, 900, "登记机关", 32)
    if sealed:
        sheet.seal(1290, 910, "杭州市西湖区市场监督管理局", radius=128)
        sheet.seal(520, 410, "杭州云雁网络科技有限公司", below="合同专用章")
    sheet.text(1180, 1030, "2023 年 06 月 05 日", 26)
    sheet.text(110, 1130, "国家企业信用信息公示系统网址：http://www.gsxt.gov.cn", 16, colour=GREY)
    sheet.text(1150, 1130, "国家市场监督管理总局监制", 16, colour=GREY)
    return sheet.image


def _licence_tall() -> Image.Image:
    """The licence before: portrait, one column; a branch with a name and an address of two lines."""
    sheet = Sheet(1240, 1754, "Sans")
    sheet.frame(50, 50, 1190, 1704, colour=RED, width=6)
    sheet.centred(240, "营业执照", 88)
    sheet.text(420, 370, f"统一社会信用代码  {LONG_CODE}", 26)
    rows = (
        ("名　　称", LONG),
        ("类　　型", "股份有限公司分公司（非上市、自然人投资或控股）"),
        (
            "营业场所",
            "内蒙古自治区呼和浩特市新城区海东路与科尔沁北路交汇处青原生态产业园综合楼B座17层1701至1712号",
        ),
        ("负 责 人", "钱小满"),
        ("成立日期", "2016年11月02日"),
        ("营业期限", "2016年11月02日至长期"),
        (
            "经营范围",
            "牧草种植；农副产品销售；农业技术推广。（依法须经批准的项目，经相关部门批准后方可开展经营活动）",
        ),
    )
    sheet.rows(160, 480, rows, at=360, right=1080, size=26)
    sheet.text(760, 1330, "登 记 机 关", 28)
    sheet.text(760, 1480, "2019年05月20日", 26)
    sheet.seal(850, 1400, "呼和浩特市新城区市场监督管理局", radius=120)
    return sheet.image


def _licence_shop() -> Image.Image:
    """A sole trader's: no capital, no term."""
    sheet = Sheet(1754, 1240, "Serif")
    sheet.centred(140, "营业执照", 80)
    sheet.text(180, 300, "统一社会信用代码", 24)
    sheet.text(180, 338, SHOP_CODE, 26)
    rows = (
        ("名称", SHOP),
        ("类型", "个体工商户"),
        ("经营者", "孙秋禾"),
        ("经营范围", "餐饮服务；食品销售。"),
    )
    sheet.rows(180, 430, rows, at=330, right=880)
    more = (
        ("组成形式", "个人经营"),
        ("注册日期", "2021年08月09日"),
        ("经营场所", "四川省成都市锦江区书院街道禾木巷16号附2号"),
    )
    sheet.rows(980, 430, more, at=1130, right=1600)
    sheet.text(1200, 950, "登记机关", 28)
    return sheet.image


def _institution() -> Image.Image:
    """The certificate of a public institution."""
    sheet = Sheet(1240, 1754, "Serif")
    sheet.centred(260, "事业单位法人证书", 70)
    sheet.centred(380, f"统一社会信用代码：{SCHOOL_CODE}", 28)
    rows = (
        ("名　　称", SCHOOL),
        ("宗旨和业务范围", "实施小学义务教育，促进基础教育发展。"),
        ("住　　所", "山东省青岛市海棠区学海路8号"),
        ("法定代表人", "欧阳静"),
        ("经费来源", "财政补助"),
        ("开办资金", "￥386万元"),
        ("举办单位", "青岛市海棠区教育局"),
        ("有 效 期", "自2022年04月01日至2027年03月31日"),
    )
    sheet.rows(180, 560, rows, at=460, right=1080, size=26)
    return sheet.image


def _letter_labelled(*, sealed: bool) -> Image.Image:
    """A letter with a line for each particular; the seal lies on the authorizer's name and the date."""
    sheet = Sheet(1240, 1754, "Sans")
    sheet.centred(190, "授权委托书", 56)
    y = 360.0
    for words in (
        f"授权方：{YUNYAN}",
        f"统一社会信用代码：{YUNYAN_CODE}",
        f"被授权方：{CESUAN}",
        f"统一社会信用代码：{CESUAN_CODE}",
    ):
        sheet.text(170, y, words)
        y += 62
    y = sheet.paragraph(
        170,
        y + 30,
        "　　授权方系下列短信签名的合法权利人，现授权被授权方在短信服务平台申请并使用以下短信签名发送短信："
        "【云雁】、【云雁科技】、【杭州云雁】。由此产生的一切法律责任由授权方承担。",
        right=1070,
    )
    y = sheet.paragraph(170, y + 10, "　　授权期限：自2026年01月01日至2028年12月31日。", right=1070)
    sheet.text(640, y + 160, "授权方（盖章）：")
    sheet.text(640, y + 220, YUNYAN)
    sheet.text(640, y + 290, "2025年12月20日")
    if sealed:
        sheet.seal(800, y + 245, YUNYAN)
    return sheet.image


def _letter_prose() -> Image.Image:
    """A letter as people write one: everything in sentences, names in quotation marks, days with dots."""
    sheet = Sheet(1240, 1754, "Serif")
    sheet.centred(200, "短信签名授权书", 50)
    y = sheet.paragraph(
        160,
        380,
        f"　　兹有我单位{SCHOOL}（统一社会信用代码：{SCHOOL_CODE}），现授权{CESUAN}（统一社会信用代码：{CESUAN_CODE}）"
        "使用我单位名下“海棠三小”、“海棠区第三实验小学”、“三小校讯”作为短信签名，向学生家长发送通知类短信。",
        right=1080,
    )
    y = sheet.paragraph(160, y + 20, "　　本授权有效期：2026.03.01-2027.02.28，到期后自动终止。", right=1080)
    y = sheet.paragraph(160, y + 20, "　　特此授权。", right=1080)
    sheet.text(620, y + 140, f"授权单位：{SCHOOL}")
    sheet.text(620, y + 200, "日期：2026年2月25日")
    sheet.seal(830, y + 190, SCHOOL, radius=124)
    return sheet.image


def _letter_table() -> Image.Image:
    """A letter as a form with ruled cells, a long scope between 、 and a name of two lines."""
    sheet = Sheet(1240, 1754, "Sans")
    sheet.centred(180, "授权委托书", 52)
    rows = (
        ("委托方名称", LONG),
        ("委托方统一社会信用代码", LONG_CODE),
        ("受托方名称", CESUAN),
        ("签名授权范围", "、".join(MANY)),
        ("授权有效期", "2026年4月1日至2029年3月31日"),
        ("签署日期", "2026年3月28日"),
    )
    y = 320.0
    for label, value in rows:
        bottom = y + (130 if len(value) > 26 else 80)
        sheet.line(140, y, 1100, y)
        sheet.text(160, y + 24, label, 24)
        sheet.paragraph(480, y + 24, value, 24, right=1080, leading=1.6)
        y = bottom
    sheet.line(140, y, 1100, y)
    for x in (140, 460, 1100):
        sheet.line(x, 320, x, y)
    sheet.text(160, y + 60, "委托方（盖章）：", 24)
    sheet.text(700, y + 60, "受托方（盖章）：", 24)
    sheet.seal(420, y + 120, "青原草业生态农牧科技集团", radius=118)
    return sheet.image


def _trademark(*, mark: str, applicant: str, number: str, status: str, address: str) -> Image.Image:
    """A browser's window with the trademark office's page of one trademark."""
    sheet = Sheet(1600, 1100, "Sans")
    sheet.frame(0, 0, 1600, 70, colour=(225, 226, 229), width=70)
    sheet.frame(150, 16, 1300, 56, colour=(255, 255, 255), width=40)
    sheet.text(40, 20, "←  →  ↻", 24, colour=GREY)
    sheet.text(176, 22, address, 22, colour=(60, 60, 60))
    sheet.text(60, 110, "国家知识产权局商标局  中国商标网", 30, colour=(20, 60, 140))
    sheet.text(60, 170, "商标详情", 26, colour=(20, 60, 140))
    sheet.frame(60, 220, 400, 520)
    sheet.text(130, 320, mark, 90 if len(mark) < 3 else 60)
    top = (
        (("商品/服务", "软件设计和开发；云计算；技术研究"), ("类似群", "4209；4220")),
        (("申请/注册号", number), ("国际分类", "42")),
        (("申请日期", "2019年08月21日"), ("商标名称", mark)),
        (("申请人名称（中文）", applicant),),
        (("申请人地址（中文）", "浙江省杭州市西湖区文三路九百号"),),
        (("初审公告期号", "1685"), ("注册公告期号", "1697")),
        (("初审公告日期", "2020年03月06日"), ("注册公告日期", "2020年06月07日")),
        (("专用权期限", "2020年06月07日 至 2030年06月06日"), ("商标类型", "一般")),
        (("代理/办理机构", "杭州某某商标代理有限公司"), ("商标状态", status)),
    )
    y = 220.0
    for row in top:
        sheet.line(430, y, 1540, y)
        for (label, value), x in zip(row, (440, 1090), strict=False):
            sheet.text(x, y + 16, label, 22, colour=GREY)
            sheet.text(x + (240 if x == 440 else 160), y + 16, value, 22, colour=BLACK)
        y += 70
    sheet.line(430, y, 1540, y)
    return sheet.image


_LABELLED = {
    "authorizer": YUNYAN,
    "authorizer_code": YUNYAN_CODE,
    "authorized_party": CESUAN,
    "scope": "云雁、云雁科技、杭州云雁",
    "validity": "2026-01-01~2028-12-31",
    "signed_on": "2025-12-20",
}
_WIDE = {
    "company_name": YUNYAN,
    "uscc": YUNYAN_CODE,
    "legal_representative": "赵一鸣",
    "validity": "2020-03-18~2040-03-17",
    "address": "浙江省杭州市西湖区文三路九百号雁栖大厦3幢1205室",
}

PAGES = (
    Page("licence-wide", "licence", _WIDE, lambda: _licence_wide(sealed=False)),
    Page("licence-wide-sealed", "licence", _WIDE, lambda: _licence_wide(sealed=True), sealed=True),
    Page(
        "licence-tall",
        "licence",
        {
            "company_name": LONG,
            "uscc": LONG_CODE,
            "legal_representative": "钱小满",
            "validity": "2016-11-02~2099-12-31",
            "address": "内蒙古自治区呼和浩特市新城区海东路与科尔沁北路交汇处青原生态产业园综合楼B座17层1701至1712号",
        },
        _licence_tall,
        sealed=True,
    ),
    Page(
        "licence-shop",
        "licence",
        {
            "company_name": SHOP,
            "uscc": SHOP_CODE,
            "legal_representative": "孙秋禾",
            "address": "四川省成都市锦江区书院街道禾木巷16号附2号",
        },
        _licence_shop,
    ),
    Page(
        "institution",
        "licence",
        {
            "company_name": SCHOOL,
            "uscc": SCHOOL_CODE,
            "legal_representative": "欧阳静",
            "validity": "2022-04-01~2027-03-31",
            "address": "山东省青岛市海棠区学海路8号",
        },
        _institution,
    ),
    Page("letter-labelled", "letter", _LABELLED, lambda: _letter_labelled(sealed=False)),
    Page(
        "letter-labelled-sealed",
        "letter",
        _LABELLED | {"seal": "yes"},
        lambda: _letter_labelled(sealed=True),
        sealed=True,
    ),
    Page(
        "letter-prose",
        "letter",
        {
            "authorizer": SCHOOL,
            "authorizer_code": SCHOOL_CODE,
            "authorized_party": CESUAN,
            "scope": "海棠三小、海棠区第三实验小学、三小校讯",
            "validity": "2026-03-01~2027-02-28",
            "signed_on": "2026-02-25",
            "seal": "yes",
        },
        _letter_prose,
        sealed=True,
    ),
    Page(
        "letter-table",
        "letter",
        {
            "authorizer": LONG,
            "authorizer_code": LONG_CODE,
            "authorized_party": CESUAN,
            "scope": "、".join(MANY),
            "validity": "2026-04-01~2029-03-31",
            "signed_on": "2026-03-28",
            "seal": "yes",
        },
        _letter_table,
        sealed=True,
    ),
    Page(
        "trademark-registered",
        "trademark",
        {
            "page_address": "https://wcjs.sbj.cnipa.gov.cn/detail/40512345",
            "name": "云雁",
            "applicant": YUNYAN,
            "registration_number": "40512345",
            "status": "已注册",
            "validity": "2020-06-07~2030-06-06",
        },
        lambda: _trademark(
            mark="云雁",
            applicant=YUNYAN,
            number="40512345",
            status="已注册",
            address="https://wcjs.sbj.cnipa.gov.cn/detail/40512345",
        ),
    ),
    Page(
        "trademark-pending",
        "trademark",
        {
            "page_address": "https://sbcx.example.com/tm/52298811",
            "name": "雁信通",
            "applicant": CESUAN,
            "registration_number": "52298811",
            "status": "等待实质审查",
            "validity": "2020-06-07~2030-06-06",
        },
        lambda: _trademark(
            mark="雁信通",
            applicant=CESUAN,
            number="52298811",
            status="等待实质审查",
            address="https://sbcx.example.com/tm/52298811",
        ),
    ),
    *MORE_PAGES,
)
