"""The cases of RFC 4475 (SIP torture test messages), each as a message of our own, and more of the same kind.

`CASES` names for each the answers that are right from a gate of this kind: a stateful proxy for INVITE that serves calls
alone (REGISTER, MESSAGE and the like: 405), asked over a trunk. `connects` says whether the line may be rung by it.
The line of these tests is busy (486), so a call that was let through is answered 486.
"""

from __future__ import annotations

from typing import NamedTuple

NUMBER = "4008123456"
SILENCE = 0
"""No answer at all: what is no SIP, or has nobody to be answered."""
PASSED = (486,)
BAD = (400, SILENCE)
"""Where Kamailio cannot read what an answer is made of, it drops the message: a bare one does so too."""
SDP = "v=0\r\no=u 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 6000 RTP/AVP 8\r\n"


class Case(NamedTuple):
    """One message. `$PORT$` in it becomes the sender's own, `$N$` a serial that makes it a transaction of its own."""

    name: str
    section: str
    text: str
    answers: tuple[int, ...]
    connects: bool = False

    def message(self, port: int, serial: int) -> bytes:
        text = self.text.replace("$PORT$", str(port)).replace("$N$", str(serial))
        return text.encode("latin-1")


def request(
    method: str = "INVITE", uri: str = f"sip:{NUMBER}@127.0.0.1", *, first: str = "", drop: str = "", body: str = SDP, **changes: str
) -> str:  # fmt: skip
    """Write a good request; each of `changes` replaces a header by its name (`_` is `-`), `drop` leaves some out."""
    lines = {
        "Via": "SIP/2.0/UDP 127.0.0.1:$PORT$;branch=z9hG4bKt$N$", "Max-Forwards": "70", "From": "<sip:13800138000@127.0.0.1>;tag=f$N$",
        "To": f"<sip:{NUMBER}@127.0.0.1>", "Call-ID": "torture-$N$", "CSeq": f"1 {method}", "Contact": "<sip:u@127.0.0.1:$PORT$>",
        "Content-Type": "application/sdp", "Content-Length": str(len(body)),
    }  # fmt: skip
    lines |= {name.replace("_", "-"): value for name, value in changes.items()}
    kept = [f"{name}: {value}" for name, value in lines.items() if name not in drop.split()]
    return "\r\n".join([first or f"{method} {uri} SIP/2.0", *kept, "", body])


def reply(status: str, **changes: str) -> str:
    lines = {
        "Via": "SIP/2.0/UDP 127.0.0.1:$PORT$;branch=z9hG4bKt$N$", "From": "<sip:a@127.0.0.1>;tag=1", "To": "<sip:b@127.0.0.1>;tag=2",
        "Call-ID": "torture-$N$", "CSeq": "1 INVITE", "Content-Length": "0",
    } | changes  # fmt: skip
    return "\r\n".join([f"SIP/2.0 {status}", *(f"{name}: {value}" for name, value in lines.items()), "", ""])


def lean(method: str, uri: str = f"sip:{NUMBER}@127.0.0.1", **more: str) -> str:
    return request(method, uri, body="", drop="Content-Type", **more)


TORTUOUS = (
    f"INVITE sip:{NUMBER}@127.0.0.1;unknownparam SIP/2.0\r\nTO :\r\n <sip:{NUMBER}@127.0.0.1> ;   newparam = newvalue\r\n"
    'from   : "J Rosenberg \\\\\\""       <sip:13800138000@127.0.0.1>\r\n  ;\r\n  tag = f$N$\r\n'
    "MaX-fOrWaRdS: 0068\r\nCall-ID: torture-$N$\r\nContent-Length   : 0\r\ncseq: 0009\r\n  INVITE\r\n"
    "Via  : SIP  /   2.0\r\n /UDP\r\n    127.0.0.1:$PORT$;branch=z9hG4bKt$N$\r\ns :\r\nNewFangledHeader:   newfangled value\r\n"
    " continued newfangled value\r\nUnknownHeaderWithUnusualValue: ;;,,;;,;\r\nRoute:\r\n <sip:services.example.com;lr;unknownwith=value>\r\n"
    'm:"Quoted string \\"\\"" <sip:u@127.0.0.1:$PORT$> ; newparam =\r\n newvalue ;\r\n  secondparam ; q = 0.33\r\n\r\n'
)
ODD_METHOD = "!interesting-Method0123456789_*+`.%indeed'~"
CASES = (
    # 3.1.1 valid
    Case("wsinv", "3.1.1.1", TORTUOUS, (486, SILENCE), True),  # Kamailio 5.6 itself drops it
    Case("intmeth", "3.1.1.2", lean(ODD_METHOD, "sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*:&it+has=1,weird!*pas$wo~d_too.(doesn't-it)@127.0.0.1"), (405,)),
    Case("esc01", "3.1.1.3", request(uri="sip:%34008123456@127.0.0.1"), PASSED, True),
    Case("escnull", "3.1.1.4", lean("REGISTER", "sip:127.0.0.1", To="<sip:null-%00-null@127.0.0.1>"), (405,)),
    Case("esc02", "3.1.1.5", lean("RE%47IST%45R", "sip:127.0.0.1"), (405,)),
    Case("lwsdisp", "3.1.1.6", lean("OPTIONS", From='caller<sip:caller@127.0.0.1>;tag=f$N$'), (200,)),
    Case("longreq", "3.1.1.7", request(From='"' + "I have a user name of extreme proportion " * 40 + '"<sip:13800138000@127.0.0.1:6000;' + "p=longvalue;" * 30 + 'end=1>;tag=f$N$', Call_ID="torture-$N$-" + "really" * 60, Unknown="long" * 500), PASSED, True),
    Case("dblreq", "3.1.1.8", request() + "INVITE sip:4008999999@127.0.0.1 SIP/2.0\r\n\r\n", PASSED, True),
    Case("semiuri", "3.1.1.9", lean("OPTIONS", "sip:user;par=u%40example.net@127.0.0.1"), (200,)),
    Case("transports", "3.1.1.10", lean("OPTIONS", Via="SIP/2.0/UDP 127.0.0.1:$PORT$;branch=z9hG4bKt$N$, SIP/2.0/SCTP 127.0.0.1;branch=z9hG4bKb, SIP/2.0/UNKNOWN 127.0.0.1;branch=z9hG4bKc"), (200,)),
    Case("mpart01", "3.1.1.11", request("MESSAGE", body="--b\r\nContent-Type: text/plain\r\n\r\n\0\x01\r\n--b--\r\n", Content_Type="multipart/mixed;boundary=b"), (405,)),
    Case("unreason", "3.1.1.12", reply("200 = 2**3 * 5**2 \xd0\xbd\xd0\xbe"), (SILENCE,)),
    Case("noreason", "3.1.1.13", reply("100 "), (SILENCE,)),
    # 3.1.2 invalid
    Case("badinv01", "3.1.2.1", request(Contact='"Joe" <sip:joe@127.0.0.1>;;;;,,', To=f"<sip:{NUMBER}@127.0.0.1>;;,;,,"), BAD),
    Case("clerr", "3.1.2.2", request(Content_Length="9999"), BAD),
    Case("ncl", "3.1.2.3", request(Content_Length="-999"), BAD),
    Case("scalar02", "3.1.2.4", lean("REGISTER", "sip:127.0.0.1", CSeq="36893488147419103232 REGISTER", Max_Forwards="300", Expires="1" + "0" * 99), (400, 483)),
    Case("scalarlg", "3.1.2.5", reply("503 Service Unavailable", CSeq="9292394834772304023312 OPTIONS", **{"Retry-After": "9" * 40}), (SILENCE,)),
    Case("quotbal", "3.1.2.6", request(To=f'"Mr. J. User <sip:{NUMBER}@127.0.0.1>'), BAD),
    Case("ltgtruri", "3.1.2.7", request(uri=f"<sip:{NUMBER}@127.0.0.1>"), (400, SILENCE)),
    Case("lwsruri", "3.1.2.8", request(uri=f"sip:{NUMBER}@127.0.0.1; lr"), (400, SILENCE)),
    Case("lwsstart", "3.1.2.9", request(first=f"INVITE  sip:{NUMBER}@127.0.0.1  SIP/2.0"), (400, SILENCE)),
    Case("trws", "3.1.2.10", request(first=f"INVITE sip:{NUMBER}@127.0.0.1 SIP/2.0  "), (400, 486), True),
    Case("escruri", "3.1.2.11", request(uri=f"sip:{NUMBER}@127.0.0.1?Route=%3Csip:example.com%3E"), (400, 486), True),
    Case("baddate", "3.1.2.12", request(Date="Fri, 01 Jan 2010 16:00:00 EST"), PASSED, True),
    Case("regbadct", "3.1.2.13", lean("REGISTER", "sip:127.0.0.1", Contact="sip:user@127.0.0.1?Route=%3Csip:sip.example.com%3E"), (400, 405)),
    Case("badaspec", "3.1.2.14", request(To=f'"Watson, Thomas" < sip:{NUMBER}@127.0.0.1 >'), (400, 486), True),
    Case("baddn", "3.1.2.15", request(From="Bell, Alexander <sip:13800138000@127.0.0.1>;tag=f$N$"), (400, 486), True),
    Case("badvers", "3.1.2.16", request(first=f"INVITE sip:{NUMBER}@127.0.0.1 SIP/7.0"), (505, SILENCE)),
    Case("mismatch01", "3.1.2.17", request(CSeq="8 OPTIONS"), BAD),
    Case("mismatch02", "3.1.2.18", lean("NEWMETHOD", CSeq="8 INVITE"), (400, 405)),
    Case("bigcode", "3.1.2.19", reply("4294967301 better not break the receiver"), (SILENCE,)),
    # 3.2 transaction layer
    Case("badbranch", "3.2.1", lean("OPTIONS", Via="SIP/2.0/UDP 127.0.0.1:$PORT$;branch=z9hG4bK"), (200, 400)),
    # 3.3 application layer
    Case("insuf", "3.3.1", request(drop="Call-ID From To Contact"), (400, SILENCE)),
    Case("unkscm", "3.3.2", lean("OPTIONS", "nobodyKnowsThisScheme:totallyopaquecontent"), (416, 400)),
    Case("novelsc", "3.3.3", lean("OPTIONS", "soap.beep://192.0.2.103:3002"), (416, 400)),
    Case("unksm2", "3.3.4", lean("REGISTER", "sip:127.0.0.1", To="<isbn:2983792873>", Contact="<name:John_Smith>"), (405, 400)),
    Case("bext01", "3.3.5", lean("OPTIONS", Require="nothingSupportsThis", Proxy_Require="noProxiesSupportThis"), (420,)),
    Case("invut", "3.3.6", request(body="<audio>\0</audio>", Content_Type="application/unknownformat"), PASSED, True),
    Case("regaut01", "3.3.7", lean("REGISTER", "sip:127.0.0.1", Authorization='NoOneKnowsThisScheme opaque-data=here'), (405,)),
    Case("multi01", "3.3.8", request().replace("CSeq:", "CSeq: 59 INVITE\r\nTo: <sip:4008999999@127.0.0.1>\r\nCall-ID: other\r\nMax-Forwards: 5\r\nCSeq:"), (400, SILENCE)),
    Case("mcl01", "3.3.9", request().replace("Content-Length:", "Content-Length: 13\r\nContent-Length:"), (400, SILENCE)),
    Case("bcast", "3.3.10", reply("200 OK", Via="SIP/2.0/UDP 255.255.255.255;branch=z9hG4bKt$N$"), (SILENCE,)),
    Case("zeromf", "3.3.11", lean("OPTIONS", Max_Forwards="0"), (483, 200)),
    Case("cparam01", "3.3.12", lean("REGISTER", "sip:127.0.0.1", Contact="sip:+19725552222@127.0.0.1;unknownparam"), (405,)),
    Case("cparam02", "3.3.13", lean("REGISTER", "sip:127.0.0.1", Contact="<sip:+19725552222@127.0.0.1;unknownparam>"), (405,)),
    Case("regescrt", "3.3.14", lean("REGISTER", "sip:127.0.0.1", Contact="<sip:user@127.0.0.1?Route=%3Csip:sip.example.com%3E>"), (405,)),
    Case("sdp01", "3.3.15", request(Accept="text/nobodyKnowsThis"), PASSED, True),
    # 3.4 what was valid by RFC 2543
    Case("inv2543", "3.4.1", request(Via="SIP/2.0/UDP 127.0.0.1:$PORT$", From="sip:13800138000@127.0.0.1;tag=f$N$", drop="Max-Forwards Contact"), PASSED, True),
    # and more of the kind
    Case("require", "RFC 3261 20.32", request(Require="100rel,nothingSupportsThis"), PASSED, True),
    Case("proxy-require", "RFC 3261 16.3", request(Proxy_Require="privacy-of-the-moon"), (420,)),
    Case("from-400", "spoofed", request(From=f"<sip:{NUMBER}@127.0.0.1>;tag=f$N$"), (403,)),
    Case("asserted-400", "spoofed", request(P_Asserted_Identity="<tel:+86-400-812-3456>"), (403,)),
    Case("asserted-second", "spoofed", request(P_Asserted_Identity="<sip:1@b>, <sip:+864008123456@b>"), (403,)),
    Case("diversion-400", "spoofed", request(Diversion="<sip:4008123456@b>;reason=unconditional"), (403,)),
    Case("name-400", "spoofed", request(From='"400-812-3456" <sip:13800138000@127.0.0.1>;tag=f$N$'), (403,)),
    Case("escaped-400", "spoofed", request(From="<sip:%34%30%308123456@127.0.0.1>;tag=f$N$"), (403,)),
    Case("folded-400", "spoofed", request(From="<sip:13800138000@127.0.0.1>;tag=f$N$", P_Asserted_Identity="\r\n <sip:\r\n 4008123456@b>"), (403, 400)),
    Case("stranger-bye", "in-dialog", lean("BYE", To=f"<sip:{NUMBER}@127.0.0.1>;tag=no"), (481,)),
    Case("stranger-reinvite", "in-dialog", request(To=f"<sip:{NUMBER}@127.0.0.1>;tag=no"), (481,)),
    Case("stranger-info-routed", "in-dialog", lean("INFO", To="<sip:x@127.0.0.1>;tag=no", Route="<sip:127.0.0.1;lr;att=4008123456-" + "0" * 24 + ">"), (481,)),
    Case("cancel-of-nothing", "in-dialog", lean("CANCEL"), (481, SILENCE)),
    Case("bad-sdp", "body", request(body="v=zero\r\nm=audio -1 RTP/AVP\r\n\0\0", Content_Type="application/sdp"), PASSED, True),
    Case("no-body", "body", request(body=""), PASSED, True),
    Case("no-utf8-number", "bytes", request(uri="sip:4008123\xa9456@127.0.0.1"), (404,)),
    Case("no-utf8-method", "bytes", lean("INFO\xff"), (405, SILENCE)),
    Case("no-utf8-call", "bytes", request(Call_ID="torture-$N$-\xff\xfe"), (400,)),
    Case("no-utf8-route", "bytes", lean("BYE", To="<sip:x@127.0.0.1>;tag=no", Route="<sip:127.0.0.1;lr;att=\xfe\xff>"), (481, 400)),
    Case("too-large", "datagram", request(X="y" * 60_000), (513,)),
)  # fmt: skip
