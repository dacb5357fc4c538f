"""Further pages: layouts that the reading was not made for when it met them first. Every name and number is invented."""

from __future__ import annotations

from ocr_drawing import GREY, Sheet
from ocr_page import Page, code_of
from PIL import Image

LANXI, LANXI_CODE = "上海澜汐健康管理咨询有限公司", code_of("91", "310115", "MA1KE505")
SHIGUANG, SHIGUANG_CODE = "深圳前海拾光数字传媒（集团）有限公司", code_of("91", "440300", "MA5FF606")
LUANSHI, LUANSHI_CODE = "重庆市渝北区峦石建材经营部", code_of("92", "500112", "MA60G707")
HUIMIN, HUIMIN_CODE = "广州市荔湾区惠民社会工作服务中心", code_of("52", "440103", "50123880")
QINGWU, QINGWU_CODE = "苏州青梧创业投资合伙企业（有限合伙）", code_of("91", "320505", "MA20J909")


def _letter_called_for_short() -> Image.Image:
    """Parties called 甲方 and 乙方 for short, days in Chinese figures, names in 「」."""
    sheet = Sheet(1240, 1754, "Serif")
    sheet.centred(180, "授 权 委 托 书", 48)
    y = sheet.paragraph(150, 340, f"　　委托人：{LANXI}（以下简称“甲方”）", right=1090)
    y = sheet.paragraph(150, y, f"　　统一社会信用代码：{LANXI_CODE}", right=1090)
    y = sheet.paragraph(150, y, f"　　受托人：{SHIGUANG}（以下简称“乙方”）", right=1090)
    y = sheet.paragraph(150, y, f"　　统一社会信用代码：{SHIGUANG_CODE}", right=1090)
    y = sheet.paragraph(
        150,
        y + 20,
        "　　甲方委托乙方代为申请短信签名，签名内容为「澜汐健康」「澜汐管家」，乙方可将上述签名用于向甲方客户发送短信。",
        right=1090,
    )
    y = sheet.paragraph(150, y, "　　委托期限自二〇二六年五月一日起至二〇二八年四月三十日止。", right=1090)
    sheet.text(640, y + 120, "委托人（公章）：")
    sheet.text(640, y + 200, "二〇二六年四月二十日")
    sheet.seal(820, y + 170, LANXI)
    return sheet.image


def _letter_with_term() -> Image.Image:
    """In sentences; the term is told by its length, from the signature on."""
    sheet = Sheet(1240, 1754, "Sans")
    sheet.centred(180, "关于使用短信签名的授权书", 44)
    sheet.text(150, 320, "致：短信服务平台")
    y = sheet.paragraph(
        150,
        390,
        f"　　我公司（{SHIGUANG}，统一社会信用代码{SHIGUANG_CODE}）授权{LANXI}使用“拾光传媒”“前海拾光”两个名称作为短信签名。",
        right=1090,
    )
    y = sheet.paragraph(150, y, "　　授权期限为自签署之日起两年。", right=1090)
    sheet.text(600, y + 140, SHIGUANG)
    sheet.text(700, y + 200, "2026年6月18日")
    sheet.seal(820, y + 170, "深圳前海拾光数字传媒集团")
    return sheet.image


def _letter_in_columns() -> Image.Image:
    """The parties side by side, names numbered after a colon."""
    sheet = Sheet(1240, 1754, "Sans")
    sheet.centred(170, "短信签名授权委托书", 48)
    sheet.text(130, 320, "甲方（授权方）", 26)
    sheet.text(650, 320, "乙方（被授权方）", 26)
    sheet.text(130, 370, "名称：" + LUANSHI, 22)
    sheet.text(650, 370, "名称：" + LANXI, 22)
    sheet.text(130, 420, "统一社会信用代码：", 22)
    sheet.text(650, 420, "统一社会信用代码：", 22)
    sheet.text(130, 455, LUANSHI_CODE, 22)
    sheet.text(650, 455, LANXI_CODE, 22)
    y = sheet.paragraph(
        130, 540, "　　甲方授权乙方使用下列签名：1.峦石建材；2.渝北峦石；3.峦石经营部。", right=1100
    )
    y = sheet.paragraph(130, y, "　　有效期：2026/07/01 至 2027/06/30", right=1100)
    sheet.text(130, y + 100, "甲方盖章：")
    sheet.text(130, y + 160, "2026/06/25")
    sheet.seal(300, y + 130, LUANSHI, radius=110)
    return sheet.image


def _letter_of_institution() -> Image.Image:
    """A name in a line, the authorizer only where it is signed."""
    sheet = Sheet(1240, 1754, "Serif")
    sheet.centred(170, "授权书", 54)
    y = sheet.paragraph(
        150, 320, f"　　兹授权{SHIGUANG}（被授权方）以我中心名义申请下列短信签名：", right=1090
    )
    for n in ("【荔湾社工】", "【惠民社工】", "【惠民服务中心】"):
        sheet.text(260, y, n)
        y += 52
    y = sheet.paragraph(150, y, "　　授权有效期自2026年8月1日起至2027年7月31日止，逾期无效。", right=1090)
    sheet.text(560, y + 100, f"授权人：{HUIMIN}", 24)
    sheet.text(560, y + 160, f"统一社会信用代码：{HUIMIN_CODE}", 24)
    sheet.text(560, y + 220, "授权日期：2026年7月20日", 24)
    sheet.seal(850, y + 180, HUIMIN)
    return sheet.image


def _licence_of_partnership() -> Image.Image:
    """A partnership's, with the partner who acts for it."""
    sheet = Sheet(1754, 1240, "Serif")
    sheet.centred(140, "营业执照", 80)
    sheet.text(160, 180, "统一社会信用代码", 24)
    sheet.text(160, 216, QINGWU_CODE, 26)
    sheet.rows(
        160,
        380,
        (
            ("名    称", QINGWU),
            ("类    型", "有限合伙企业"),
            ("执行事务合伙人", "苏州青梧私募基金管理有限公司（委派代表：周知远）"),
            ("经营范围", "一般项目：创业投资；以自有资金从事投资活动。"),
        ),
        at=370,
        right=880,
    )
    sheet.rows(
        960,
        380,
        (
            ("出 资 额", "叁仟万元整"),
            ("成立日期", "2021年09月13日"),
            ("合伙期限", "2021年09月13日至2031年09月12日"),
            ("主要经营场所", "苏州市吴中区太湖东路二百九十号科创园6幢东楼410室"),
        ),
        at=1160,
        right=1640,
    )
    sheet.text(1150, 900, "登记机关", 30)
    sheet.seal(1290, 910, "苏州市吴中区行政审批局", radius=125)
    sheet.text(1180, 1030, "2021 年 09 月 13 日", 26)
    return sheet.image


def _social_organization() -> Image.Image:
    """The certificate of a social organization."""
    sheet = Sheet(1240, 1754, "Serif")
    sheet.centred(220, "社会服务机构登记证书", 56)
    sheet.centred(320, "（民办非企业单位）", 30)
    sheet.rows(
        170,
        460,
        (
            ("统一社会信用代码", HUIMIN_CODE),
            ("名 称", HUIMIN),
            ("法定代表人", "吴映川"),
            ("住 所", "广州市荔湾区芳村大道西六十六号二楼"),
            ("业务主管单位", "广州市荔湾区民政局"),
            ("有效期限", "2023年05月10日至2028年05月09日"),
            ("发证机关", "广州市荔湾区民政局"),
        ),
        at=460,
        right=1080,
    )
    sheet.seal(900, 1300, "广州市荔湾区民政局")
    return sheet.image


def _licence_without_term() -> Image.Image:
    """As licences are since the term is no longer printed."""
    sheet = Sheet(1754, 1240, "Sans")
    sheet.centred(130, "营业执照", 84)
    sheet.centred(240, "(副本)(1-1)", 26)
    sheet.text(140, 160, "统一社会信用代码", 22)
    sheet.text(140, 196, LANXI_CODE, 24)
    sheet.rows(
        140,
        360,
        (
            ("名称", LANXI),
            ("类型", "有限责任公司(自然人独资)"),
            ("法定代表人", "沈舟"),
            ("经营范围", "一般项目：健康咨询服务（不含诊疗服务）；远程健康管理服务。"),
        ),
        at=300,
        right=860,
    )
    sheet.rows(
        940,
        360,
        (
            ("注册资本", "人民币500.0000万元整"),
            ("成立日期", "2019年01月24日"),
            ("住所", "中国（上海）自由贸易试验区临港新片区环湖西二路八百八十八号C楼"),
        ),
        at=1080,
        right=1640,
    )
    sheet.text(1150, 880, "登记机关", 30)
    sheet.seal(1300, 900, "中国（上海）自由贸易试验区市场监督管理局", radius=128)
    return sheet.image


def _trademark_issued() -> Image.Image:
    """The office's page with its status in English as well."""
    sheet = Sheet(1500, 1300, "Sans")
    sheet.frame(0, 0, 1500, 60, colour=(230, 230, 230), width=60)
    sheet.text(120, 18, "sbj.cnipa.gov.cn/sbcx/detail?regNo=61234567&class=35", 20)
    sheet.text(50, 100, "商标流程 | 商标详情", 28)
    rows = (
        ("申请/注册号", "61234567"),
        ("国际分类", "35"),
        ("申请日期", "2021年12月20日"),
        ("申请人名称（中文）", SHIGUANG),
        ("申请人名称（英文）", ""),
        ("商标名称", "拾光传媒"),
        ("专用权期限", "2022年07月07日-2032年07月06日"),
        ("是否共有商标", "否"),
        ("商标状态图标", "LIVE/REGISTRATION/Issued and Active"),
        ("商标状态", "注册"),
    )
    y = 170
    for a, b in rows:
        sheet.text(60, y, a, 22, colour=GREY)
        sheet.text(340, y, b, 22)
        y += 56
    sheet.text(980, 400, "拾光传媒", 80)
    return sheet.image


MORE_PAGES = (
    Page(
        "letter-called-for-short",
        "letter",
        {
            "authorizer": LANXI,
            "authorizer_code": LANXI_CODE,
            "authorized_party": SHIGUANG,
            "scope": "澜汐健康、澜汐管家",
            "validity": "2026-05-01~2028-04-30",
            "signed_on": "2026-04-20",
            "seal": "yes",
        },
        _letter_called_for_short,
        sealed=True,
    ),
    Page(
        "letter-with-term",
        "letter",
        {
            "authorizer": SHIGUANG,
            "authorizer_code": SHIGUANG_CODE,
            "authorized_party": LANXI,
            "scope": "拾光传媒、前海拾光",
            "validity": "2026-06-18~2028-06-17",
            "signed_on": "2026-06-18",
            "seal": "yes",
        },
        _letter_with_term,
        sealed=True,
    ),
    Page(
        "letter-in-columns",
        "letter",
        {
            "authorizer": LUANSHI,
            "authorizer_code": LUANSHI_CODE,
            "authorized_party": LANXI,
            "scope": "峦石建材、渝北峦石、峦石经营部",
            "validity": "2026-07-01~2027-06-30",
            "signed_on": "2026-06-25",
            "seal": "yes",
        },
        _letter_in_columns,
        sealed=True,
    ),
    Page(
        "letter-of-institution",
        "letter",
        {
            "authorizer": HUIMIN,
            "authorizer_code": HUIMIN_CODE,
            "authorized_party": SHIGUANG,
            "scope": "荔湾社工、惠民社工、惠民服务中心",
            "validity": "2026-08-01~2027-07-31",
            "signed_on": "2026-07-20",
            "seal": "yes",
        },
        _letter_of_institution,
        sealed=True,
    ),
    Page(
        "licence-of-partnership",
        "licence",
        {
            "company_name": QINGWU,
            "uscc": QINGWU_CODE,
            "legal_representative": "苏州青梧私募基金管理有限公司（委派代表:周知远）",
            "validity": "2021-09-13~2031-09-12",
            "address": "苏州市吴中区太湖东路二百九十号科创园6幢东楼410室",
        },
        _licence_of_partnership,
        sealed=True,
    ),
    Page(
        "social-organization",
        "licence",
        {
            "company_name": HUIMIN,
            "uscc": HUIMIN_CODE,
            "legal_representative": "吴映川",
            "validity": "2023-05-10~2028-05-09",
            "address": "广州市荔湾区芳村大道西六十六号二楼",
        },
        _social_organization,
        sealed=True,
    ),
    Page(
        "licence-without-term",
        "licence",
        {
            "company_name": LANXI,
            "uscc": LANXI_CODE,
            "legal_representative": "沈舟",
            "address": "中国（上海）自由贸易试验区临港新片区环湖西二路八百八十八号C楼",
        },
        _licence_without_term,
        sealed=True,
    ),
    Page(
        "trademark-issued",
        "trademark",
        {
            "page_address": "sbj.cnipa.gov.cn/sbcx/detail?regNo=61234567&class=35",
            "name": "拾光传媒",
            "applicant": SHIGUANG,
            "registration_number": "61234567",
            "status": "已注册",
            "validity": "2022-07-07~2032-07-06",
        },
        _trademark_issued,
        sealed=False,
    ),
)
