"""What can go wrong with people and organisations."""

from answerable.lib.errors import Problem


class MobileInvalid(Problem):
    code, field = "MOBILE_INVALID", "mobile"
    zh, en = (
        "这不是 11 位的中国大陆手机号，请检查后重填。",
        "This is not an 11-digit mainland mobile number. Check it and try again.",
    )


class CodeTooSoon(Problem):
    code, field = "CODE_TOO_SOON", "mobile"
    zh, en = "验证码刚刚发出，请 {seconds} 秒后再取。", "A code was just sent. Ask again in {seconds} seconds."


class CodeCap(Problem):
    code, field = "CODE_CAP", "mobile"
    zh, en = "今天取验证码的次数已满，请明天再试。", "No more codes can be sent today. Try again tomorrow."


class CodeWrong(Problem):
    code, field = "CODE_WRONG", "code"
    zh, en = (
        "验证码不对，请看最新一条短信；输错 5 次后需重新获取。",
        "Wrong code. Use the newest message; after 5 wrong tries ask for a new one.",
    )


class CodeExpired(Problem):
    code, field = "CODE_EXPIRED", "code"
    zh, en = "验证码已失效（5 分钟），请重新获取。", "The code has expired (5 minutes). Ask for a new one."


class SignInRefused(Problem):
    code, field = "SIGN_IN_REFUSED", "password"
    zh, en = "用户名、密码或动态码不对。", "Wrong user name, password or one-time code."


class SignInThrottled(Problem):
    code, field = "SIGN_IN_THROTTLED", "password"
    zh = "失败次数过多，请 15 分钟后再试，或从您平时登录的地点登录。"
    en = "Too many failures. Try again in 15 minutes, or sign in from where you usually do."


class NotPermitted(Problem):
    code = "NOT_PERMITTED"
    zh, en = "您的岗位没有这项权限。", "Your role does not permit this."


class CreditCodeInvalid(Problem):
    code, field = "CREDIT_CODE_INVALID", "credit_code"
    zh = "统一社会信用代码不正确（18 位，含校验位），请对照营业执照。"
    en = "This unified social credit code is not valid (18 characters with a check character). Compare it with the licence."


class NotInRegister(Problem):
    code, field = "NOT_IN_REGISTER", "credit_code"
    zh = "登记信息库中没有这个代码。请核对；新成立的单位请 3 日后再试，或携执照到营业厅办理。400 号码只能由单位持有，不能由个人持有。"
    en = (
        "This code is not in the register. Check it; a new organisation should try again after 3 days or bring the licence "
        "to a counter. Only an organisation can hold a 400 number, never a person."
    )


class DemoWorld(Problem):
    code = "DEMO_WORLD"
    zh = "这里是演示世界，真实数据不能与它并存。请用空的 ANSWERABLE_VAR 另装一套。"
    en = "This is the demo world; real data never mixes with it. Use an installation of its own (an empty ANSWERABLE_VAR)."


class RegisterLineInvalid(Problem):
    code = "REGISTER_LINE_INVALID"
    zh, en = "{why_zh}", "{why_en}"


class BlacklistLineInvalid(Problem):
    code = "BLACKLIST_LINE_INVALID"
    zh, en = "{why_zh}", "{why_en}"


class UsernameInvalid(Problem):
    code, field = "USERNAME_INVALID", "username"
    zh = "用户名须为 2 至 30 个小写字母、数字、点或横线，且没有人用过。"
    en = "A user name has 2 to 30 lower-case letters, digits, dots or hyphens, and nobody has it yet."


class PasswordTooShort(Problem):
    code, field = "PASSWORD_TOO_SHORT", "password"
    zh, en = "密码至少 {least} 个字符。", "A password has at least {least} characters."


class CounterNeeded(Problem):
    code, field = "COUNTER_NEEDED", "counter"
    zh = "受理员须登记在一个营业厅（--counter），且只有受理员登记；已载入的营业厅：{known}。"
    en = "Counter staff belongs to a counter (--counter), and nobody else does; counters loaded: {known}."


class AuthorisationNotInForce(Problem):
    code = "AUTHORISATION_NOT_IN_FORCE"
    zh, en = (
        "运营主体在该运营商的授权不在有效期内，暂停受理。",
        "The operator's authorisation by this carrier is not in force; nothing can be handled.",
    )


class EnterpriseHasOthers(Problem):
    code, field = "ENTERPRISE_HAS_OTHERS", "credit_code"
    zh = "该单位正有另一位申请人在办理，尚未核验。请与本单位确认由谁办理；对方的申请结束后即可申请。"
    en = "Another person, not verified yet, is applying for this organisation. Settle inside the organisation who applies; once the other application ends you can apply."


class RootInvalid(Problem):
    code = "ROOT_INVALID"
    zh, en = "{why_zh}", "{why_en}"


class VideoNeedsAnother(Problem):
    code = "VIDEO_NEEDS_ANOTHER"
    zh = "须由另一位合规专员批准，提出的人不能批准自己的。"
    en = "Another compliance officer has to approve it; nobody approves their own proposal."


class VideoBasisInvalid(Problem):
    code, field = "VIDEO_BASIS_INVALID", "document"
    zh, en = "请写明法律依据文件和生效日期。", "Name the document that is the legal basis, and the day it takes effect."
