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


class AgentInvalid(Problem):
    code, field = "AGENT_INVALID", "agreement_no"
    zh, en = "{why_zh}", "{why_en}"


class AgentExists(Problem):
    code, field = "AGENT_EXISTS", "credit_code"
    zh = "这家单位已是代理商，或协议编号已用过。请核对。"
    en = "This organisation is an agent already, or the agreement's number was used before. Check both."


class AgentBarred(Problem):
    code, field = "AGENT_BARRED", "credit_code"
    zh = "这家单位或其负责人在黑名单内，不能成为代理商。"
    en = "This organisation, or a person responsible for it, is on the black list and cannot be an agent."


class AgentNeedsAnother(Problem):
    code = "AGENT_NEEDS_ANOTHER"
    zh = "须由另一位合规专员办理，提出的人不能同意自己提出的。"
    en = "Another compliance officer has to do this; nobody agrees to their own proposal."


class AgentNotAtWork(Problem):
    code = "AGENT_NOT_AT_WORK"
    zh = "这家代理商目前不能办理：已暂停、已终止，或许可证、协议已到期。请联系运营主体的合规专员。"
    en = "This agent cannot act now: suspended, ended, or its licence or agreement is over. Ask the operator's compliance officers."


class AgentStateConflict(Problem):
    code = "AGENT_STATE_CONFLICT"
    zh, en = "这家代理商的状态已变，请刷新页面再看。", "This agent's state has changed. Load the page again."


class AgentLeaves(Problem):
    code = "AGENT_LEAVES"
    zh = "这家代理商的退出方案已公布，不能恢复；最后一天过后在“退出方案”办结。"
    en = "This agent's exit is announced; it is not resumed. Close it under Exit plans after its last day."


class AgentMemberElsewhere(Problem):
    code, field = "AGENT_MEMBER_ELSEWHERE", "mobile"
    zh = "此人已代表另一家代理商。一个人只能代表一家，代理只有一级。"
    en = "This person acts for another agent already. A person acts for one; there are no sub-agents."


class PenaltyInvalid(Problem):
    code, field = "PENALTY_INVALID", "rule"
    zh = "请写明依据的条款和事由编号；违约金写金额，其他写措施。"
    en = "Name the rule and the reference; a fine has an amount, anything else a measure."
