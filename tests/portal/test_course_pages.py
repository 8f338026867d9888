"""Every fact of each seed stands on its page, in the product's own sentences."""

import html

import pytest
from page_words import words

FACTS = {
    "000": (
        "Advanced Treatment Provider Session 3: Building and Maintaining a Therapeutic Alliance (ATP3)",
        "Session 3: Building and Maintaining a Therapeutic Alliance: The Cornerstone of Effective Treatment",
        "Live webinar ATP3 Session 3 of Advanced Treatment Provider", "Treatment",
        "Tuesday 14 October 2025, 12:00 p.m. ET", "75 minutes, online and live", "trust, empathy and collaboration",
        "active listening, motivational interviewing", "discord", "justice system", "validated",
        "Once the session is over, you should be ready to", "reflective listening", "Dr. Michael McGee, M.D.",
        "Stanford University School of Medicine", "Harvard Medical School", "McLean Hospital",
        "general psychiatry, addiction psychiatry and psychosomatic medicine", "The Joy of Recovery",
        "101 Things You Need to Know if You’re Addicted to Painkillers",
        "Heal the Hurt: Practices for Healing Emotional Pain and Trauma", "San Luis Obispo, California",
        "drug treatment courts", "Webinar: Session 3: Building and Maintaining a Therapeutic Alliance",
        "Reading: Building and Maintaining a Therapeutic Alliance", "Evaluation: Evaluation",
        "All units must be completed. Leads to a certificate with a duration of 1 year", "1.25 contact hours",
        "No fee", "75 minutes, all of them count", "Ended",
    ),
    "001": (
        "Cultivating a Therapeutic Alliance", "4.0 CE hours", "$48", "C. Wayne Jones, PhD", "Intermediate level",
        "children with SED", "All behavioral health professionals who work with children and adolescents",
        "Unit 1: The Nature and Importance of the Therapeutic Alliance 50 minutes",
        "Unit 2: The Role of Meta-Communication in Alliance Building 30 minutes",
        "Unit 3: Challenges to the Therapeutic Alliance 40 minutes",
        "Unit 4: Resistance from a Systems Perspective 50 minutes",
        "Unit 5: Strategies for Building Strong Therapeutic Alliances Approx. 50 minutes",
        "Recorded webinar: Defining the Elements of a Therapeutic Alliance in Family Therapy",
        "Reading: Creating the Therapeutic System in Setting the Stage",
        "Recorded webinar: Examining Therapists Meta-Messages", "Reading: The Therapist’s Nonverbal Dance",
        "Video: Am I a God Listener?", "Identifying Caregiver and Child Challenges to the Alliance",
        "Why Teens Hate Therapy", "The Reasons Family Members May Appear Resistant",
        "Reading untitled, on handling clients’ negative reactions",
        "Recorded webinar & handouts: Strategies for Defusing Resistance and Building Alliance",
        "Managing Negative Reactions to Clients", "recorded audio, recorded video webinars and selected readings",
        "Post-tests", "no real-time contact with the instructor", "within 48 hours", "Moodle", "four hours",
        "About 240 minutes, 4.0 CE hours", "Frequently asked questions", "Online Course Policies", "CFBT",
        "Accommodations for disabilities", "Reporting problems with the course", "Instructions for viewing webinars",
        "First time registering?", "Already have a login?",
    ),
    "002": (
        "Therapeutic Working Alliance Focused Training", "Therapeutic Alliance Practitioner",
        "Building Correctional Relationships in Criminal Justice Practice", "On request", "One Day",
        "England, Scotland and Wales", "Hugh, PhD", "engage with drug treatment in prison",
        "NOMS Offender Engagement Programme", "Risk-Need-Responsivity", "Responsivity", "desistance",
        "Additional areas that can be covered", "Pro-Social Modelling", "Chris Trotter",
        "The Risk-Need-Responsivity Principle", "Theories of compliance", "Training Overview",
        "An Introduction to ‘Alliance Fostering Techniques’", "Effective use of ‘Role Induction’",
        "Improving the ‘Bond’ you have with clients", "Collaborating on the ‘Goals’ of treatment",
        "Negotiating the ‘Tasks’ of treatment", "Avoiding collusion and collusive relationships",
        "Recognising and responding to strains and ruptures in the alliance",
        "Ten Top Tips for Building Strong Therapeutic Alliances", "PDF", "Suitable for",
        "Drug and alcohol professionals", "Youth Workers", "Social Workers", "Probation Officers", "Prior knowledge",
        "nobody is turned away", "National Occupational Standards", "certificate of training", "Participant’s pack",
        "made up with your details", "Soma", "Lancashire", "Price on request",
    ),
    "003": (
        "What Clinicians Need to Know About Therapeutic Alliance Ruptures", "Friday 4 October 2024",
        "The hour is not stated", "Dr. Giorgio Tasca, Ph.D., C.Psych.", "mentalization", "attachment",
        "3 elements", "2 types of rupture", "Video examples of alliance ruptures and repairs", "running commentary",
        "School of Psychology", "University of Ottawa", "Research Chair in Psychotherapy", "Bergamo",
        "Scuola di Psicoterapia Integrata", "Milan", "The Ottawa Hospital", "18 years", "20", "Group Dynamics",
        "American Psychological Association", "Fellow", "Award for Distinguished Contributions to Psychology",
        "Psychotherapy Practice Research Network (PPRNet)", "over 2,500", "CIHR", "microaggressions",
    ),
    "004": (
        "For your toolbox", "The Therapeutic Alliance",
        "Building, Protecting, and Making Constructive Use of Therapeutic Relationships",
        "A. Why tending to the therapeutic relationship is so important",
        "B. Tools for building a strong/safe therapeutic alliance",
        "C. Tools for maintaining, protecting, and repairing the relationship", "D. Tools for using the relationship",
        "scottdmiller.com", "Carl Rogers.", "a. Warmth:", "b. Empathy:", "c. Genuineness:", "Diana Fosha.",
        "undoing aloneness", "Richard Schwartz.", "Internal Family Systems", "Core Self",
        "Embody Therapeutic Presence.", "Appreciative ally.", "Be a real person.", "Be continually responsive.",
        "Therapeutic relationship is a priority.", "Let clients know that they matter.", "job interview",
        "Check in regularly.", "Apologize/process/repair.", "Clarify boundaries and intentions.", "xyz",
        "4. When the relationship stirs intense feelings", "5. Your own further ideas", "Open to all",
    ),
}  # fmt: skip


@pytest.mark.parametrize("seed", FACTS)
def test_page_carries_every_fact_of_its_seed(client, demo, seed):
    page = words(client, f"/courses/{demo[seed]}")

    assert [fact for fact in FACTS[seed] if fact not in page] == []


def test_sentences_to_say_are_quotes_that_can_be_copied(client, demo):
    page = client.get(f"/courses/{demo['004']}").text

    assert (page.count("<blockquote"), page.count('data-copy="say-'), page.count("<q id=")) == (17, 17, 17)
    assert 'href="https://scottdmiller.com" rel="noopener noreferrer external"' in page
    assert page.count('class="point__own"') == 1


def test_date_without_time_prints_no_clock(client, demo):
    page = words(client, f"/courses/{demo['003']}")

    assert "a.m." not in page
    assert "p.m." not in page


def test_each_page_has_the_language_of_its_course(client, demo):
    told = {seed: client.get(f"/courses/{slug}").text.partition('lang="')[2][:5] for seed, slug in demo.items()}

    assert told == {"000": "en-US", "001": "en-US", "002": "en-GB", "003": "en-CA", "004": "en-US"}


def test_title_that_is_an_attack_is_text(client, world, sitting):
    evil = '"><img src=x onerror=alert(1)>'
    course = world.course(title=evil, subtitle=evil, summary=evil, description=[evil], audience=[evil, evil])
    sitting(course=course)

    pages = [client.get("/").text, client.get(f"/courses/{course['slug']}").text]

    assert all(
        html.escape(evil, quote=True).replace("&#x27;", "&#39;") in page.replace("&#34;", "&quot;") for page in pages
    )
    assert not any("<img src=x" in page for page in pages)


def test_series_lists_its_courses_and_their_siblings_link(client, demo):
    page = client.get("/series/advanced-treatment-provider")

    assert page.status_code == 200
    assert f'href="/courses/{demo["000"]}"' in page.text
    assert client.get("/series/nothing").status_code == 404
    assert 'href="/series/advanced-treatment-provider"' in client.get(f"/courses/{demo['000']}").text


def test_policies_have_their_anchors(client, demo):
    page = client.get("/policies").text
    anchors = ("accommodations", "problems", "viewing", "refunds", "privacy", "grievance", "grievances")

    assert [name for name in anchors if f'id="{name}"' not in page] == []
    assert "hello@example.org" in page
