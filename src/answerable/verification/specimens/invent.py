"""Invent firms, people and numbers: random, yet with right check characters."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

from answerable.lib.identifiers import id_check, make_credit_code

Truth = dict[str, Any]

PLACES = [
    ("110105", "北京市朝阳区", "北京", "010"),
    ("310115", "上海市浦东新区", "上海", "021"),
    ("440305", "广东省深圳市南山区", "深圳", "0755"),
    ("330106", "浙江省杭州市西湖区", "杭州", "0571"),
    ("320102", "江苏省南京市玄武区", "南京", "025"),
    ("510107", "四川省成都市武侯区", "成都", "028"),
    ("420106", "湖北省武汉市武昌区", "武汉", "027"),
    ("370202", "山东省青岛市市南区", "青岛", "0532"),
    ("610113", "陕西省西安市雁塔区", "西安", "029"),
    ("430102", "湖南省长沙市芙蓉区", "长沙", "0731"),
]
_STYLE_FIRST = "华鼎恒瑞博盛嘉诚启明远通联众信达宏泰安康泽润锦程云帆星河海川卓越晟佳禾"
_TRADES = [
    ("科技", "软件和信息技术服务业", "技术开发、技术服务、技术咨询；软件销售；计算机系统服务"),
    ("商贸", "批发业", "日用百货销售；办公用品销售；家用电器销售；国内贸易代理"),
    ("物业服务", "房地产业", "物业管理；停车场服务；家政服务；园林绿化工程施工"),
    ("餐饮管理", "餐饮业", "餐饮管理；餐饮服务；食品销售；会议及展览服务"),
    ("建材", "批发业", "建筑材料销售；五金产品零售；装修设计；工程管理服务"),
    ("家电维修", "居民服务业", "家用电器安装服务；日用电器修理；电子产品销售；售后服务"),
]
_SURNAMES = "王李张刘陈杨黄赵周吴徐孙马朱胡林郭何高罗"
_GIVEN = "明华建国志强晓红丽娟海燕文博宇轩思雨佳怡俊杰浩然子涵雪梅春生立新永康"
_STREETS = ["中山路", "解放大道", "人民路", "科技园路", "建设大街", "和平路", "滨江大道", "长安街道创业路", "文化路"]
_CAPITALS = ["壹佰万元整", "伍佰万元整", "壹仟万元整", "伍拾万元整", "叁佰万元整", "贰仟万元整", "1000万元人民币"]


def firm(dice: Random) -> Truth:
    """Invent an organisation with a credit code of its own."""
    region, place, city, area = dice.choice(PLACES)
    trade, industry, scope = dice.choice(_TRADES)
    style = "".join(dice.sample(_STYLE_FIRST, dice.choice([2, 2, 3])))
    started = date(2016, 1, 1) + timedelta(days=dice.randrange(3200))
    organisation = "MA" + "".join(dice.choice("0123456789ABCDEFGHJKLMNPQRTUWXY") for _ in range(6))
    building = f"{dice.randint(1, 18)}号楼{dice.randint(1, 5)}单元{dice.randint(101, 2808)}室"
    address = f"{place}{dice.choice(_STREETS)}{dice.randint(2, 998)}号" + (building if dice.random() < 0.7 else "")
    return {
        "code": make_credit_code("91" + region, organisation),
        "name": f"{city}{style}{trade}有限公司",
        "type": dice.choice(["有限责任公司（自然人投资或控股）", "有限责任公司(自然人独资)", "其他有限责任公司"]),
        "person": person_name(dice),
        "address": address,
        "capital": dice.choice(_CAPITALS),
        "started": started,
        "until": dice.choice([None, date(started.year + 20, started.month, min(started.day, 28))]),
        "scope": scope + "。（依法须经批准的项目，经相关部门批准后方可开展经营活动）",
        "registrar": f"{place}市场监督管理局",
        "issued": started + timedelta(days=dice.randrange(300)),
        "industry": industry,
        "line": fixed_line(dice, area),
    }


def person_name(dice: Random) -> str:
    """Invent a name of two or three characters."""
    return dice.choice(_SURNAMES) + "".join(dice.sample(_GIVEN, dice.choice([1, 2, 2, 2])))


def person(dice: Random) -> Truth:
    """Invent the holder of an ID card."""
    region, place, _, _ = dice.choice(PLACES)
    born = date(1960, 1, 1) + timedelta(days=dice.randrange(15_000))
    seventeen = f"{region}{born:%Y%m%d}{dice.randrange(1000):03d}"
    issued = date(2014, 1, 1) + timedelta(days=dice.randrange(4000))
    return {
        "name": person_name(dice),
        "sex": "男" if int(seventeen[16]) % 2 else "女",
        "nation": dice.choice(["汉", "汉", "汉", "回", "满", "壮"]),
        "born": born,
        "address": f"{place}{dice.choice(_STREETS)}{dice.randint(1, 300)}号{dice.randint(1, 30)}幢",
        "id_number": seventeen + id_check(seventeen),
        "authority": f"{place.split('省')[-1].removesuffix('新区')}公安局".replace("市市", "市"),
        "issued": issued,
        "until": date(issued.year + 20, issued.month, min(issued.day, 28)),
    }


def fixed_line(dice: Random, area: str) -> str:
    """Invent a fixed line with its area code."""
    return area + dice.choice("5678") + f"{dice.randrange(10**7):07d}"
