"""Page, site and sharing-site lines are named, and the document's own words are not."""

from __future__ import annotations

import pytest

from zhenggai.document import read_bytes
from zhenggai.document.blocks import Block, Cell, Furniture
from zhenggai.document.furniture import furniture_of, mark_furniture

TITLE = "青禾街道党工委关于巡察整改进展情况的通报"
BODY = [
    "根据区委统一部署，区委第三巡察组对街道党工委开展了常规巡察，并反馈了巡察意见。按照有关规定，现将整改进展情况予以公布，欢迎广大干部群众对整改落实情况进行监督，如有意见建议请及时反映。",
    "一、整改情况",
    "1.学习制度落实不到位。",
    "整改措施：每月组织一次集中学习。",
]
SIGNATURE = ["中共青禾街道工作委员会", "2024年3月15日"]


def marked(*lines: str) -> dict[str, Furniture]:
    """Return the lines of a text that are furniture."""
    blocks = read_bytes("\n".join(lines).encode(), "通报.txt").blocks
    return {block.text: block.furniture for block in blocks if block.furniture is not None}


class TestAnywhere:
    @pytest.mark.parametrize(
        ("line", "reason"),
        [
            *[
                (line, Furniture.PAGE_NUMBER)
                for line in (
                    *("— 1 —", "—12—", "- 3 -", "－ 3 －", "·5·", "~ 7 ~", "第1页", "第 1 页 共 9 页", "第1页，共9页"),
                    *(
                        "第1页/共9页",
                        "第1页（共9页）",
                        "_第1页",
                        "共 9 页 第 1 页",
                        "1/9",
                        "12 / 30",
                        "Page 3 of 9",
                        "page 3",
                    ),
                    "编号：QH-07　　　　第 2 页 共 5 页",
                )
            ],
            *[
                (line, Furniture.WATERMARK)
                for line in (
                    *(
                        "仅供学习 禁止外传",
                        "仅供学习参考",
                        "仅供内部学习交流使用",
                        "【打击倒卖】",
                        "还剩7页未读，继续阅读",
                    ),
                    *(
                        "未完，全文共2860字，当前显示900字",
                        "点击下载全文",
                        "【点击下载完整版】",
                        "下载本文档",
                        "继续阅读全文",
                    ),
                    *("会员群：123456　　QQ群：654321", "加入会员，海量范文免费下载", "VIP会员专享，限时5折　　广告"),
                    *(
                        "关注公众号青禾文库，回复方案获取",
                        "本文档由用户上传分享",
                        "本资料来源于网络，如有侵权请联系删除",
                    ),
                    *("免责声明：本站文档均由会员上传，版权归原作者所有", "上传人：u_7788　　格式：DOC　　页数：9"),
                    *("现在订阅立享三年权益", "举报倒卖资料的人，免费赠送一年会员"),
                )
            ],
            *[
                (line, Furniture.SITE)
                for line in (
                    *(
                        "首页 > 信息公开 > 巡察整改",
                        "当前位置：首页>通知公告",
                        "您当前的位置：首页>>政务公开",
                        "【打印本页】【关闭窗口】",
                    ),
                    *(
                        "分享到：　　打印　　关闭",
                        "字号：大 中 小",
                        "【字体：大 中 小】",
                        "浏览次数：132",
                        "浏览量：1,024次",
                        "打印 关闭 分享到：",
                    ),
                )
            ],
        ],
    )
    def test_is_furniture_wherever_it_stands(self, line: str, reason: Furniture) -> None:
        assert furniture_of(line) is reason
        assert marked(TITLE, *BODY, line, *BODY) == {line: reason}

    @pytest.mark.parametrize(
        "line",
        [
            TITLE,
            *BODY,
            *SIGNATURE,
            *(
                "青办发〔2024〕3号",
                "附件：整改台账",
                "1",
                "12",
                "2024年",
                "2024/3",
                "9/1",
                "-5℃",
                "3-5",
                "—",
                "——",
                "*",
            ),
            *("第1页的数据有误。", "第一章", "第1项", "第3页第2行金额填写错误，已更正。"),
            *(
                "打印机采购不规范。",
                "打印费报销把关不严",
                "关闭非法砂石场12家。",
                "关闭排污口3个",
                "收藏品管理混乱",
                "返回退休人员岗位2人",
            ),
            *(
                "分享会",
                "分享经验做法3次",
                "首页公示信息更新不及时。",
                "微信公众号管理不规范",
                "微信群管理：建立审批制度。",
            ),
            *("会员制组织清理不彻底。", "违规办理VIP会员卡问题", "违规办理健身会员卡3张", "加入会员单位的审批问题"),
            *(
                "下载资料审批责任不落实",
                "学习资料下载量不足",
                "免费发放资料500份",
                "完成阅读任务12次",
                "阅读量统计造假问题",
            ),
            *(
                "发布机构：青禾街道党政办",
                "来源：区委第三巡察组反馈",
                "问题来源：巡察反馈",
                "审核：财务科",
                "时间：2024年3月15日",
            ),
            *(
                "主办单位：党政办",
                "来源单一，线索不足。",
                "发布机构未在信息中注明。",
                "编辑部主任：钮某某",
                "责任编辑不落实三审三校。",
            ),
            *(
                "浏览次数造假。",
                "字号使用不规范",
                "当前位置偏远的村卫生室3个",
                "编号：QH-07",
                "大",
                "联系电话：0000-1234567",
            ),
        ],
    )
    def test_the_documents_own_words_are_none(self, line: str) -> None:
        assert furniture_of(line) is None
        assert marked(TITLE, *BODY, line, *BODY) == {}


class TestSite:
    HEAD = (
        "信息索引号：000014349/2024-00012",
        "发布机构：青禾街道",
        "发布日期：2024-03-15　　浏览次数：132",
        "来源：青禾街道党政办　　作者：　　发布时间：2024-03-15　　点击：87　　字号：【大 中 小】",
        "时间：2024-03-15 09:30　　来源：党政办",
        "来源：青禾街道党政办公室",
        "公开方式：主动公开",
    )
    FOOT = (
        "责任编辑：钮某",
        "上一篇：关于做好防汛工作的通知",
        "下一篇：2024年部门预算公开",
        "版权所有：青禾街道办事处　　技术支持：青禾网络",
        "青ICP备00000000号",
        "【打印本页】　【关闭窗口】",
    )

    @pytest.mark.parametrize("line", HEAD)
    def test_above_the_text(self, line: str) -> None:
        assert marked(TITLE, line, *BODY, *SIGNATURE) == {line: Furniture.SITE}

    @pytest.mark.parametrize("line", FOOT)
    def test_below_the_text(self, line: str) -> None:
        assert marked(TITLE, *BODY, *SIGNATURE, line) == {line: Furniture.SITE}

    def test_a_whole_page(self) -> None:
        assert set(marked(*self.HEAD, TITLE, *BODY, *SIGNATURE, *self.FOOT)) == {*self.HEAD, *self.FOOT}

    def test_a_label_within_the_plan_is_the_plans(self) -> None:
        within = ["问题：学习少。", "来源：区委第三巡察组", "审核：财务科", "发布日期：2024年3月"]
        assert marked(TITLE, *BODY, *within, *BODY) == {}

    def test_title_number_signature_and_date_are_none(self) -> None:
        assert marked(TITLE, "青办发〔2024〕3号", "区委第三巡察组：", *BODY, "附件：整改台账", *SIGNATURE) == {}

    @pytest.mark.parametrize(
        "line",
        [
            "审核：钮某某　　填报：解某某　　日期：2024年3月5日",
            "审核：钮某某",
            "编号：QH-2024-07",
            "日期：2024年3月5日",
        ],
    )
    def test_the_lines_of_a_form_are_none(self, line: str) -> None:
        assert marked(line, TITLE, *BODY, *SIGNATURE, line) == {}

    def test_cells_are_never_furniture(self) -> None:
        rows = ["序号\t来源\t整改措施", "1/9\t来源：巡察反馈\t打印", "— 2 —\t仅供学习\t第1页"]
        assert marked(TITLE, *rows) == {}
        cell = Block(0, "第1页", cell=Cell(0, 0, 0))
        assert mark_furniture([cell]) == (cell,)

    def test_marks_of_a_reader_stay(self) -> None:
        block = Block(0, "第1页", furniture=Furniture.RUNNING_HEAD)
        assert mark_furniture([block]) == (block,)


class TestRunningHeads:
    def test_a_line_that_comes_back_beside_page_numbers(self) -> None:
        pages = [line for n in range(1, 5) for line in (*BODY, f"— {n} —", "青禾街道整改方案（内部资料）")]
        assert marked(TITLE, *pages).get("青禾街道整改方案（内部资料）") is Furniture.RUNNING_HEAD

    def test_the_title_itself_stays(self) -> None:
        pages = [line for n in range(1, 5) for line in (*BODY, f"— {n} —", TITLE)]
        blocks = read_bytes("\n".join([TITLE, *pages]).encode(), "通报.txt").blocks
        assert [block.furniture for block in blocks if block.text == TITLE] == [None] + [Furniture.RUNNING_HEAD] * 4

    @pytest.mark.parametrize("line", ["整改措施：每月学习。", "（二）党建方面", "已完成整改，长期坚持。", "1.学习少"])
    def test_text_that_comes_back_is_none(self, line: str) -> None:
        pages = [part for n in range(1, 5) for part in (*BODY, f"— {n} —", line)]
        assert line not in marked(TITLE, *pages)

    def test_a_line_that_comes_back_elsewhere_is_none(self) -> None:
        assert marked(TITLE, *(line for _ in range(5) for line in ("已完成", "一、学习", "— 甲 —"))) == {}
