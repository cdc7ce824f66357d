"""Goals as people write them, and what somebody who knows the trade would point out about each.

`S` the title says too little, `M` nothing to measure, `A` no goal above it, `T` no date that means something.
Labelled before the rules were written; a rule may be wrong about one, and `make bench ARGS=coach` counts how often.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from bot.domain.goal_coach import About, Sketch

START = date(2026, 1, 5)
QUARTER, HALF, YEAR = 90, 180, 360


class Labelled(NamedTuple):
    """`measures` counts them; `days` until it is due, None without a date."""

    title: str
    measures: int
    days: int | None
    parent: bool
    labels: str

    @property
    def sketch(self) -> Sketch:
        """As the form has it."""
        due = None if self.days is None else START + timedelta(days=self.days)
        return Sketch(self.title, START, due, self.measures, has_parent=self.parent)

    @property
    def wanting(self) -> set[About]:
        """What the labels stand for."""
        names = {"S": About.SPECIFIC, "M": About.MEASURABLE, "A": About.ALIGNED, "T": About.TIME_BOUND}
        return {names[letter] for letter in self.labels}


GOALS = (
    # Nothing to say about these.
    Labelled("Cut the time from order to delivery from 9 to 5 days", 1, QUARTER, True, ""),
    Labelled("Win twelve new customers in the Nordics", 1, HALF, True, ""),
    Labelled("Bring the checkout's error rate under 0.5 %", 1, QUARTER, True, ""),
    Labelled("Move all billing jobs to the new scheduler", 1, QUARTER, True, ""),
    Labelled("Raise the share of tickets answered within a day to 90 %", 1, HALF, True, ""),
    Labelled("Publish the partner API with documentation", 2, QUARTER, True, ""),
    Labelled("Hire three backend engineers for Platform", 1, HALF, True, ""),
    Labelled("Reduce cloud spending per customer by a fifth", 1, YEAR, True, ""),
    Labelled("Pass the ISO 27001 audit without major findings", 1, YEAR, True, ""),
    Labelled("Lift trial-to-paid conversion from 8 to 12 %", 1, QUARTER, True, ""),
    Labelled("Keep unplanned downtime under two hours a month", 1, HALF, True, ""),
    Labelled("Train all team leads in giving feedback", 1, HALF, True, ""),
    Labelled("Open the Lyon warehouse", 1, HALF, True, ""),
    Labelled("Bring median page load on phones below 1.5 s", 1, QUARTER, True, ""),
    Labelled("Halve the backlog of overdue invoices", 1, QUARTER, True, ""),
    Labelled("Grow newsletter subscribers to 20,000", 1, HALF, True, ""),
    Labelled("Improve onboarding so that new colleagues ship in their first week", 1, HALF, True, ""),
    Labelled("Support 500 concurrent video rooms on one node", 1, QUARTER, True, ""),
    Labelled("Reklamationsquote von 4 auf 2 % senken", 1, HALF, True, ""),
    Labelled("Zehn Schulungen für neue Händler durchführen", 1, HALF, True, ""),
    Labelled("Durchlaufzeit der Angebote auf drei Tage verkürzen", 1, QUARTER, True, ""),
    Labelled("Umsatz im Ersatzteilgeschäft um 15 % steigern", 1, YEAR, True, ""),
    # The title says too little.
    Labelled("Be a better manager", 1, HALF, True, "S"),
    Labelled("Improve quality", 1, QUARTER, True, "S"),
    Labelled("Communication", 1, HALF, True, "S"),
    Labelled("Work harder on customer satisfaction", 1, HALF, True, "S"),
    Labelled("Be more proactive", 1, QUARTER, True, "S"),
    Labelled("Sales", 2, QUARTER, True, "S"),
    Labelled("Optimise our processes", 1, HALF, True, "S"),
    Labelled("Try to help the team where possible", 1, HALF, True, "S"),
    Labelled("Become world-class at support", 1, YEAR, True, "S"),
    Labelled("Do great work", 1, QUARTER, True, "S"),
    Labelled("Focus on growth", 1, QUARTER, True, "S"),
    Labelled("Drive synergies across the organisation", 1, YEAR, True, "S"),
    Labelled("Improve collaboration", 1, HALF, True, "S"),
    Labelled("Make things faster", 1, QUARTER, True, "S"),
    Labelled("Mehr Eigeninitiative zeigen", 1, HALF, True, "S"),
    Labelled("Kommunikation verbessern", 1, HALF, True, "S"),
    Labelled("Prozesse optimieren", 1, QUARTER, True, "S"),
    Labelled("Besser werden", 1, HALF, True, "S"),
    Labelled("Launch the app and hire a designer and clean up the wiki", 2, HALF, True, "S"),
    Labelled("Various improvements", 1, QUARTER, True, "S"),
    Labelled("Lead by example", 1, YEAR, True, "S"),
    Labelled("TBD", 1, QUARTER, True, "S"),
    # Nothing to measure.
    Labelled("Launch the self-service portal for suppliers", 0, QUARTER, True, "M"),
    Labelled("Rewrite the pricing page with the new tiers", 0, QUARTER, True, "M"),
    Labelled("Win five reference customers in healthcare", 0, HALF, True, "M"),
    Labelled("Bring the churn of small accounts under 2 %", 0, HALF, True, "M"),
    Labelled("Neues Lagerkonzept in Graz einführen", 0, HALF, True, "M"),
    # No goal above it.
    Labelled("Shorten the release train to one week", 1, QUARTER, False, "A"),
    Labelled("Answer every security report within 48 hours", 1, HALF, False, "A"),
    Labelled("Collect 40 ratings from pilot customers", 1, QUARTER, False, "A"),
    Labelled("Die Hotline an Samstagen besetzen", 1, HALF, False, "A"),
    # No date that means something.
    Labelled("Migrate the data warehouse to the new region", 1, None, True, "T"),
    Labelled("Reach 95 % test coverage in the payments service", 1, None, True, "T"),
    Labelled("Close the open audit findings as soon as possible", 1, None, True, "T"),
    Labelled("Bring the app into the Korean store by the end of March", 1, None, True, "T"),
    Labelled("Double the number of mentors", 1, 3 * YEAR, True, "T"),
    Labelled("Kundendaten bereinigen, laufend", 1, None, True, "T"),
    # Several at once, as it mostly is.
    Labelled("Get better at presentations", 0, None, False, "SMAT"),
    Labelled("Learn more about AI", 0, HALF, False, "SMA"),
    Labelled("Increase revenue", 0, None, True, "SMT"),
    Labelled("Write the incident handbook for on-call engineers", 0, None, False, "MAT"),
    Labelled("Improve the code", 0, None, False, "SMAT"),
    Labelled("Save 200,000 € in travel costs", 0, None, False, "MAT"),
    Labelled("Teamwork", 0, None, False, "SMAT"),
    Labelled("Support colleagues", 0, YEAR, False, "SMA"),
    Labelled("Reduce support escalations by a third this year", 0, None, True, "MT"),
    Labelled("Be a role model for the juniors", 0, None, True, "SMT"),
    Labelled("Set up a data protection training every new joiner completes", 0, None, True, "MT"),
    Labelled("Ongoing: keep the lights on", 0, None, False, "SMAT"),
    Labelled("Mehr verkaufen", 0, None, False, "SMAT"),
    Labelled("Englisch verbessern", 0, QUARTER, False, "SMA"),
    Labelled("Den Vertrieb unterstützen, wo es geht", 0, None, True, "SMT"),
    Labelled("Take ownership", 0, None, False, "SMAT"),
    # Others that the rules got wrong at first.
    Labelled("Have a real impact on the business", 1, HALF, True, "S"),
    Labelled("Customer first", 1, YEAR, True, "S"),
    Labelled("Grow as an engineer", 0, YEAR, False, "SMA"),
    Labelled("Deliver the roadmap", 1, QUARTER, True, "S"),
    Labelled("Strengthen relationships with key accounts in Benelux", 0, HALF, True, "SM"),
    Labelled("Cut build times on the main branch below ten minutes", 1, QUARTER, True, ""),
    Labelled("Increase weekly active sellers", 1, HALF, True, ""),
    Labelled("Help 30 schools set up their accounts", 1, QUARTER, True, ""),
    Labelled("Ship dark mode", 1, QUARTER, True, ""),
    Labelled("Write down how we do releases, and hand them over to support", 1, QUARTER, True, ""),
    Labelled("Faster quotes: two working days instead of six", 1, QUARTER, True, ""),
    Labelled("Get certified as a Kubernetes administrator", 0, None, True, "MT"),
    Labelled("Run four customer interviews each month", 1, HALF, True, ""),
    Labelled("Inbox zero", 0, None, False, "MAT"),
    Labelled("More visibility", 1, QUARTER, True, "S"),
    Labelled("Be on time for the weekly reports, all twelve of them", 1, QUARTER, True, ""),
    Labelled("Make our docs the best in the industry", 1, YEAR, True, "S"),
    Labelled("Finish the move to the new office before summer", 1, None, True, "T"),
    Labelled("Net promoter score of 45 among small shops", 0, HALF, True, "M"),
    Labelled("Support for Arabic in the app", 1, QUARTER, True, ""),
    Labelled("Qualität steigern", 1, HALF, True, "S"),
    Labelled("Ausschuss in der Lackiererei halbieren", 1, HALF, True, ""),
    Labelled("Zusammenarbeit mit dem Einkauf fördern", 0, None, True, "SMT"),
    Labelled("Drei Lehrlinge zur Abschlussprüfung führen", 1, YEAR, True, ""),
    Labelled("Weniger Überstunden", 1, HALF, True, "S"),
    Labelled("Answer the phone within three rings", 1, QUARTER, True, ""),
    Labelled("Build a culture of ownership", 1, YEAR, True, "S"),
    Labelled("Reduce the number of open bugs", 1, QUARTER, True, ""),
    Labelled("Raise awareness of the brand", 1, HALF, True, "S"),
    Labelled("Retire the legacy login service", 1, QUARTER, True, ""),
    Labelled("Deliver value to our users", 1, HALF, True, "S"),
    Labelled("Roll the new contract template out to all regions", 0, QUARTER, False, "MA"),
    Labelled("Personal development", 0, None, False, "SMAT"),
    Labelled("Become a better listener", 0, HALF, True, "SM"),
    Labelled("Two new distributors in Poland", 1, HALF, True, ""),
    Labelled("Ensure smooth operations", 0, None, True, "SMT"),
    Labelled("Fill the four open nursing positions in ward 3", 1, QUARTER, True, ""),
    Labelled("Increase gross margin of the bakery line to 38 %", 1, YEAR, True, ""),
    Labelled("Be a team player", 1, HALF, True, "S"),
    Labelled("Translate the help centre into Spanish", 1, QUARTER, True, ""),
    Labelled("Translate the help centre into Spanish by June", 0, None, True, "MT"),
    Labelled("Strategic thinking", 1, YEAR, True, "S"),
    Labelled("Fewer returns in the shoe category", 1, HALF, True, ""),
    Labelled("Show initiative", 1, HALF, True, "S"),
    Labelled("Prepare the board meeting", 0, QUARTER, True, "M"),
    Labelled("Mitarbeiterzufriedenheit erhöhen", 1, YEAR, True, "S"),
    Labelled("Wareneingang auf Scanner umstellen", 1, QUARTER, False, "A"),
    Labelled("Pünktlicher sein", 1, HALF, True, "S"),
    Labelled("Bestandskunden in Tirol zweimal im Jahr besuchen", 1, YEAR, True, ""),
    Labelled("Projekte sauber abschließen", 0, None, False, "SMAT"),
    Labelled("Energieverbrauch der Halle 2 um 10 % senken", 0, HALF, True, "M"),
)

UNSEEN = (
    # Written after the rules, and the rules not changed for them: what is right here is what to expect elsewhere.
    Labelled("Lower the share of late deliveries from 12 to 6 %", 1, HALF, True, ""),
    Labelled("Improve test automation", 1, QUARTER, True, "S"),
    Labelled("Go the extra mile for clients", 1, HALF, True, "S"),
    Labelled("Replace the paper forms at reception with tablets", 1, QUARTER, True, ""),
    Labelled("Give every intern a mentor", 1, QUARTER, True, ""),
    Labelled("Develop new skills", 0, None, True, "SMT"),
    Labelled("Reliable nightly backups of every customer database", 1, QUARTER, True, ""),
    Labelled("Enhance our social media presence", 1, HALF, True, "S"),
    Labelled("Talk to ten users before each launch", 1, HALF, True, ""),
    Labelled("Support the sales team", 0, HALF, True, "SM"),
    Labelled("Close the books within three working days", 1, QUARTER, False, "A"),
    Labelled("Think big", 1, YEAR, True, "S"),
    Labelled("Be responsive to requests", 1, HALF, True, "S"),
    Labelled("First aid course for all shift leaders", 1, HALF, True, ""),
    Labelled("Contribute to the success of the department", 0, None, False, "SMAT"),
    Labelled("Ship the invoicing integration with DATEV before September", 1, None, True, "T"),
    Labelled("Customer churn below 3 %", 0, QUARTER, True, "M"),
    Labelled("Take part in two trade fairs", 1, YEAR, True, ""),
    Labelled("Stay up to date", 1, YEAR, True, "S"),
    Labelled("Ablage digitalisieren", 1, HALF, True, ""),
    Labelled("Kundenorientierter arbeiten", 1, HALF, True, "S"),
    Labelled("Offene Stellen in der Pflege besetzen", 1, QUARTER, True, ""),
    Labelled("Das Team voranbringen", 0, None, True, "SMT"),
    Labelled("Onlineshop für Geschäftskunden freischalten", 0, QUARTER, False, "MA"),
)
