"""The page in Chromium: a person looks, chooses, presses, throws a fault, with the mouse, the keyboard or a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from tests.page.browser import watched
from tests.page.table import JUN, OPS, account, laid
from tests.patience import PATIENCE_S

EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>"
REPORT = [
    {"type": "header", "text": {"type": "plain_text", "text": ":fire: SUCCESS: all went well"}},
    {
        "type": "section",
        "text": {"type": "mrkdwn", "text": "*Bold*, _soft_, ~gone~ and `code` of naver_sms_v2 for <@U09MINA00001>"},
    },
    {"type": "divider"},
    {
        "type": "section",
        "text": {"type": "mrkdwn", "text": "*Figures*"},
        "fields": [{"type": "mrkdwn", "text": "*SMS*\n20/20"}, {"type": "mrkdwn", "text": "*Errors*\n&lt;none&gt;"}],
    },
    {
        "type": "actions",
        "elements": [
            {
                "type": "button",
                "action_id": "a",
                "value": "v",
                "style": "primary",
                "text": {"type": "plain_text", "text": "Acknowledge"},
            },
            {
                "type": "button",
                "action_id": "l",
                "url": "https://logs.example/1",
                "text": {"type": "plain_text", "text": "View Logs"},
            },
        ],
    },
    {"type": "context", "elements": [{"type": "mrkdwn", "text": "run one · <https://logs.example|the logs>"}]},
]


def test_a_telegram_message_looks_as_it_was_marked(table, browser):
    table.tell(
        '<b>Page</b>: <i>it <u>fails</u></i> at <code>n=3</code>, see <a href="https://logs.example">the logs</a>'
    )
    with watched(browser, table.url) as seen:
        bubble = seen.page.locator("#telegram .bubble").last
        expect(bubble.locator("strong")).to_have_text("Page")
        expect(bubble.locator("em u")).to_have_text("fails")
        expect(bubble.locator("code")).to_have_text("n=3")
        expect(bubble.locator(".link")).to_have_attribute("title", "https://logs.example/")


def test_a_slack_message_looks_as_block_kit_has_it(table, browser):
    table.post(REPORT)
    with watched(browser, table.url) as seen:
        post = seen.page.locator("#slack .post").last
        expect(post.locator("h3")).to_have_text("🔥 SUCCESS: all went well")
        expect(post.locator(".b-text strong").first).to_have_text("Bold")
        expect(post.locator("em")).to_have_text("soft")
        expect(post.locator("s")).to_have_text("gone")
        expect(post.locator(".mention")).to_have_text("@Mina")
        expect(post.locator(".b-text").first).to_contain_text("naver_sms_v2")
        expect(post.locator(".b-field").last).to_have_text("Errors<none>")
        expect(post.locator("hr")).to_have_count(1)
        expect(post.locator(".press.primary")).to_have_text("Acknowledge")
        expect(post.locator(".b-context .link")).to_have_text("the logs")


def test_what_a_message_says_never_becomes_markup(table, browser):
    table.tell(EVIL.replace("<", "&lt;"))
    table.post([{"type": "section", "text": {"type": "mrkdwn", "text": EVIL.replace("<", "&lt;")}}])
    with watched(browser, table.url) as seen:
        for place in ("#telegram .text", "#slack .b-text"):
            expect(seen.page.locator(place).last).to_have_text(EVIL)
        assert seen.page.locator("main script").count() == 0


def test_the_browser_itself_holds_the_page_to_its_policy(table, browser):
    """A script that is written into the page, or a look elsewhere, is stopped; the page makes neither."""
    with watched(browser, table.url) as seen:
        stopped = seen.page.evaluate(
            """async () => {
              const found = [];
              const both = new Promise((done) => {
                document.addEventListener("securitypolicyviolation", (event) => {
                  if (found.push(event.effectiveDirective) === 2) done();
                });
              });
              const script = document.createElement("script");
              script.textContent = "window.broken = true";
              document.body.append(script);
              await fetch("http://127.0.0.1:9/", { mode: "no-cors" }).catch(() => {});
              await both;
              return [window.broken ?? false, ...found];
            }"""
        )
        assert all("Content Security Policy" in one for one in seen.complaints)
        seen.complaints.clear()
    assert stopped == [False, "script-src-elem", "connect-src"]


def test_a_press_is_accepted_and_its_answer_shown_to_the_person(table, browser):
    table.tell("A page", "Acknowledge", "Hold")
    with watched(browser, table.url) as seen:
        seen.be("Mina")
        seen.buttons("telegram", "Acknowledge").last.click()
        line = seen.page.locator("#presses li").first
        expect(line).to_contain_text("Mina pressed Acknowledge on Telegram")
        expect(line).to_contain_text("bongsu has not fetched it yet")
        table.answer_presses("Recorded: acknowledged by Mina, #9")
        expect(line).to_contain_text("Recorded: acknowledged by Mina, #9")
        expect(seen.page.locator(".toast").last).to_contain_text("Telegram tells Mina: Recorded")


def test_a_new_message_appears_is_announced_and_its_buttons_go_when_it_is_closed(table, browser):
    with watched(browser, table.url) as seen:
        message = table.tell("Something is wrong", "Acknowledge")
        expect(seen.page.locator("#said")).to_contain_text("Telegram, ops: Something is wrong. Buttons: Acknowledge.")
        expect(seen.page.locator("#strip")).to_contain_text("Acknowledge waits")
        assert seen.page.locator("#said").get_attribute("aria-live") == "polite"
        table.close_buttons(message, "Acknowledged by Mina")
        expect(seen.page.locator("#telegram .bubble").last).to_contain_text("Acknowledged by Mina")
        expect(seen.page.locator("#telegram .bubble-row").last.get_by_role("button")).to_have_count(0)
        expect(seen.page.locator("#strip")).not_to_contain_text("waits")


def test_who_may_not_press_is_told_why_and_nothing_is_sent(table, browser):
    table.tell("A page", "Acknowledge")
    table.tell("For Jun alone", "Acknowledge", chat=JUN)
    before = len(table.world.record.entries("people"))
    with watched(browser, table.url) as seen:
        seen.be("Operations Manager")
        button = seen.buttons("telegram", "Acknowledge").last
        expect(button).to_have_attribute("aria-disabled", "true")
        button.click(force=True)
        expect(seen.page.locator(".toast").last).to_have_text("Operations Manager is not on Telegram.")
        seen.be("A stranger")
        seen.page.get_by_role("tab", name="Jun").click()
        seen.buttons("telegram", "Acknowledge").last.click(force=True)
        expect(seen.page.locator(".toast").last).to_have_text("A stranger does not see this chat.")
    assert len(table.world.record.entries("people")) == before


def test_a_link_button_names_its_address_and_leads_nowhere(table, browser):
    table.post(REPORT)
    with watched(browser, table.url) as seen:
        seen.page.locator("#slack .to-link").last.click()
        expect(seen.page.locator(".toast").first).to_have_text("In earnest this opens https://logs.example/1")
        assert seen.page.url == table.url


def test_a_fault_is_thrown_takes_effect_and_is_gone(table, browser):
    with watched(browser, table.url) as seen:
        slack = seen.page.get_by_role("group", name="Slack")
        slack.get_by_role("button", name="429").click()
        listed = seen.page.get_by_role("list", name="Active faults")
        expect(listed).to_contain_text("Slack answers the next message with 429")
        assert table.slack("chat.postMessage", channel="C09KT3P1ALR", text="news").status == 429
        expect(seen.page.locator("#fault-list")).to_have_text("No fault is active.")
        expect(seen.page.locator("#record .fault-line").last).to_contain_text("chat.postMessage")


def test_a_fault_is_cleared_before_it_hits(table, browser):
    with watched(browser, table.url) as seen:
        seen.page.get_by_role("button", name="Refuses to be disabled").click()
        seen.page.get_by_role("button", name="Clear").click()
        expect(seen.page.locator("#fault-list")).to_have_text("No fault is active.")
    assert table.world.faults.listed() == []


def test_everything_can_be_done_with_the_keyboard(table, browser):
    """Choose a person, go to the button that waits, press it; no mouse."""
    table.tell("A page", "Acknowledge")
    table.sit_down("bongsu", for_s=7200)
    with watched(browser, table.url) as seen:
        keys = seen.page.keyboard
        keys.press("2")
        expect(seen.page.get_by_role("radio", name="Jun")).to_be_checked()
        keys.press("1")
        keys.press("g")
        focused = seen.page.locator(":focus")
        expect(focused).to_have_text("Acknowledge")
        assert focused.evaluate("node => getComputedStyle(node).outlineStyle") == "solid"
        keys.press("Enter")
        expect(seen.page.locator("#presses li").first).to_contain_text("Mina pressed Acknowledge")
        table.answer_presses("Recorded")
        keys.press("p")
        expect(seen.page.get_by_role("button", name="Still")).to_have_attribute("aria-pressed", "true")
        expect(seen.page.locator("body")).to_have_attribute("data-rate", "still")
        began = table.world.clock.now()
        keys.press("s")
        table.waiting[0].join(timeout=PATIENCE_S)
        assert table.world.clock.now() > began


def test_the_tab_key_goes_from_the_clock_over_the_people_to_the_chats(table, browser):
    table.tell("A page", "Acknowledge")
    with watched(browser, table.url) as seen:
        passed = []
        for _ in range(16):
            seen.page.keyboard.press("Tab")
            passed.append(seen.page.evaluate("document.activeElement.closest('[id]')?.id"))
    places = [passed.index(one) for one in ("people", "telegram", "slack")]
    assert places == sorted(places)


def test_the_focus_stays_where_it_was_when_the_message_is_drawn_again(table, browser):
    message = table.tell("A page", "Acknowledge", "Hold")
    with watched(browser, table.url) as seen:
        seen.buttons("telegram", "Hold").last.focus()
        table.telegram(
            "editMessageText",
            chat_id=OPS,
            message_id=message,
            text="A page, still open",
            reply_markup={
                "inline_keyboard": [[{"text": one, "callback_data": one} for one in ("Acknowledge", "Hold")]]
            },
        )
        seen.shows("A page, still open")
        expect(seen.page.locator(":focus")).to_have_text("Hold")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_phone_the_columns_are_tabs_and_nothing_is_wider_than_the_screen(table, browser, scheme):
    table.tell("A page with a_very_long_name_that_nobody_can_break_" + "x" * 60, "Acknowledge", "Roll back", "Hold")
    table.post(REPORT)
    with watched(browser, table.url, width=390, height=844, scheme=scheme) as seen:
        for tab, shown in {"Slack": "#slack", "Faults": "#faults", "World": "#world", "Telegram": "#telegram"}.items():
            seen.page.locator("#tabs").get_by_role("button", name=tab).click()
            expect(seen.page.locator(shown)).to_be_visible()
            assert seen.page.evaluate("document.documentElement.scrollWidth") <= 390
        expect(seen.page.locator("#slack")).to_be_hidden()
        button = seen.buttons("telegram", "Roll back").last.bounding_box()
        assert button["height"] >= 44, "large enough for a thumb"
        assert button["x"] + button["width"] <= 390
        seen.page.set_viewport_size({"width": 320, "height": 640})
        assert seen.page.evaluate("document.documentElement.scrollWidth") <= 320
        seen.page.set_viewport_size({"width": 390, "height": 844})
        seen.be("Mina")
        seen.buttons("telegram", "Hold").last.click()
        expect(seen.page.locator("#presses li").first).to_contain_text("Mina pressed Hold")
        table.answer_presses("Recorded")


def test_a_world_without_telegram_begins_with_slack_on_a_phone(tmp_path, browser):
    with (
        laid(tmp_path, telegram=None, aws=account("000000000077")) as table,
        watched(browser, table.url, width=390, height=844) as seen,
    ):
        table.post(REPORT)
        seen.shows("SUCCESS: all went well")
        expect(seen.page.locator("#slack")).to_be_visible()
        expect(seen.page.locator("#tabs").get_by_role("button", name="Telegram")).to_be_hidden()


@pytest.mark.parametrize("width", [768, 1024, 1280, 1920])
def test_no_screen_scrolls_sideways(table, browser, width):
    table.post(REPORT)
    with watched(browser, table.url, width=width) as seen:
        assert seen.page.evaluate("document.documentElement.scrollWidth") <= width
        for place in ("#telegram", "#slack", "#faults", "#world"):
            expect(seen.page.locator(place)).to_be_visible()
        title, time = (seen.page.locator(place).bounding_box() for place in ("#title", ".time"))
        above = title["y"] + title["height"] <= time["y"]
        assert above or title["x"] + title["width"] <= time["x"], "what this is does not run into what time it is"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out_from_what_is_behind_it(table, browser, scheme):
    """At least 4.5 to 1 where both colours are plain, as WCAG's level AA wants it."""
    table.tell("A page", "Acknowledge")
    table.post(REPORT)
    with watched(browser, table.url, scheme=scheme) as seen:
        faint = seen.page.evaluate(CONTRASTS)
    assert faint == []


CONTRASTS = """() => {
  const parse = (text) => (text.match(/[\\d.]+/g) ?? []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
    .map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, n) => sum + v * [0.2126, 0.7152, 0.0722][n], 0);
  const faint = [];
  for (const node of document.querySelectorAll("body *")) {
    const own = [...node.childNodes].some((one) => one.nodeType === 3 && one.textContent.trim());
    if (!own || !node.checkVisibility() || node.closest("[aria-disabled=true], :disabled, .visually-hidden")) continue;
    const style = getComputedStyle(node);
    let behind = null;
    for (let at = node; at && !behind; at = at.parentElement) {
      const look = getComputedStyle(at);
      if (look.backgroundImage !== "none" || look.opacity !== "1") break;
      const colour = parse(look.backgroundColor);
      if (colour.length === 3) behind = colour;
      else if (colour[3] > 0) break;
    }
    const colour = parse(style.color);
    if (!behind || colour.length !== 3 || !style.color.startsWith("rgb")) continue;
    const [high, low] = [light(colour), light(behind)].sort((a, b) => b - a);
    const ratio = (high + 0.05) / (low + 0.05);
    const text = node.textContent.trim().slice(0, 20);
    if (ratio < 4.5) faint.push(`${node.className || node.tagName} ${text} ${ratio.toFixed(2)}`);
  }
  return faint;
}"""
