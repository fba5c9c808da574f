"""Reflex cards: one page a role, what to do by the clock of an attack when nothing answers.

The clock is the one that attacked hospitals set themselves: backups isolated within 15 minutes of the doubt, the doors
decided at 30, paper at one hour, declarations within six (docs/kit.md).
"""

from dataclasses import dataclass

from cloison.words import Sentence, say


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing to do, with a box to tick; `by` is its time on the clock."""

    by: Sentence
    what: Sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A page."""

    role: Sentence
    when: Sentence
    steps: tuple[Step, ...]
    never: tuple[Sentence, ...]


AT_ONCE, QUARTER, HALF = say("T0"), say("within 15 min"), say("within 30 min")
HOUR, SIX, AFTER = say("within 1 h"), say("within 6 h"), say("afterwards")

CARDS: tuple[Card, ...] = (
    Card(
        role=say("On-call administrator"),
        when=say("A file will not open or has changed its name, a ransom note, an alert, a colleague who doubts."),
        steps=(
            Step(by=AT_ONCE, what=say("Write the hour here: it is T0. Write down all that follows, with its hour.")),
            Step(
                by=AT_ONCE,
                what=say(
                    "Suspected machine: unplug its network cable, leave it switched on, write down what it shows."
                ),
            ),
            Step(
                by=QUARTER,
                what=say(
                    "Call the security officer by the contacts tree: what is seen, where, since when, who saw it."
                ),
            ),
            Step(
                by=QUARTER,
                what=say("Isolate the backups: the doors marked ◆ on the door sheets. Do not wait to be sure."),
            ),
            Step(
                by=QUARTER,
                what=say(
                    "If Cloison answers, open a case on its page Situation; if not, put the door sheets in their order."
                ),
            ),
            Step(
                by=HALF,
                what=say("Tell the crisis director which doors you propose, and which care each of them stops."),
            ),
            Step(
                by=HALF,
                what=say("Once decided, shut the doors in order. Two people say yes when a door stops care."),
            ),
            Step(
                by=HALF,
                what=say("At each door: tick, write the hour, try that nothing passes and that care's flows do."),
            ),
            Step(
                by=HOUR,
                what=say("Cut suppliers' remote access and administrators' sessions; note which accounts were seen."),
            ),
            Step(by=AFTER, what=say("Set aside the logs of firewalls and servers on a disk that is then unplugged.")),
        ),
        never=(
            say("Never sign in with a domain administrator's account on a suspected machine."),
            say("Never switch off or reinstall a suspected machine: its memory is evidence."),
            say("Never plug the backups in again to look: not before they are told clean."),
        ),
    ),
    Card(
        role=say("Security officer"),
        when=say("The on-call administrator calls, or an alert is confirmed."),
        steps=(
            Step(
                by=AT_ONCE, what=say("Write the hour of T0 and of this call. Keep the logbook, or name who keeps it.")
            ),
            Step(
                by=QUARTER,
                what=say("Qualify: one machine or several? An administrator's account? Are the backups reached?"),
            ),
            Step(by=QUARTER, what=say("Check that the backups are isolated; if they are not, have it done now.")),
            Step(
                by=QUARTER,
                what=say("Call the director on duty: the crisis cell opens on doubt and closes without reproach."),
            ),
            Step(
                by=HALF,
                what=say("Bring the choices to the cell: doors, care lost with each, care lost if nothing is done."),
            ),
            Step(by=HALF, what=say("Approve as the second person, once you have read the list of doors aloud.")),
            Step(
                by=HOUR, what=say("Call the health sector's CERT, and the group's other hospitals: they may be next.")
            ),
            Step(
                by=SIX,
                what=say(
                    "Declare to the regional health agency without delay, to the data-protection authority within 72 h."
                ),
            ),
            Step(
                by=SIX,
                what=say("With the legal officer: complaint, insurer, and what the NIS 2 directive asks (24 h, 72 h)."),
            ),
            Step(
                by=AFTER,
                what=say("Reopening is decided door by door, on proof, in the restart order; then the lessons."),
            ),
        ),
        never=(
            say("Never answer the attackers, and let nobody else do so."),
            say("Never write about the attack in a mail of the hospital: the intruder may read it."),
            say("Never promise an hour of return."),
        ),
    ),
    Card(
        role=say("Crisis director"),
        when=say("The security officer or the on-call administrator says that the hospital is under attack."),
        steps=(
            Step(
                by=AT_ONCE,
                what=say("Open the crisis cell: a room, mobile telephones, this kit, a paper logbook, one who writes."),
            ),
            Step(
                by=QUARTER, what=say("Have the people of the contacts tree called, by telephone, in the printed order.")
            ),
            Step(by=QUARTER, what=say("Ask whether the backups are isolated, and at what hour it was done.")),
            Step(
                by=HALF,
                what=say(
                    "Decide the doors. Ask of each: which care stops, how long can it hold, what if we do nothing?"
                ),
            ),
            Step(
                by=HALF,
                what=say(
                    "Say yes aloud, with your name; have the hour written. A door that stops care wants two people."
                ),
            ),
            Step(by=HOUR, what=say("Announce paper mode to every unit; have the degraded-mode sheets handed out.")),
            Step(
                by=HOUR,
                what=say("Activity: which operations wait, which patients go elsewhere; warn the SAMU and neighbours."),
            ),
            Step(by=SIX, what=say("Have the declarations made (security officer), and name one single voice outside.")),
            Step(by=SIX, what=say("Organise the relief: twelve hours at most, meals, rest. It may last for weeks.")),
            Step(
                by=AFTER,
                what=say("Restart in the printed order; first lessons within 48 h, with everyone, without blame."),
            ),
        ),
        never=(
            say("Never wait for certainty to isolate the backups: it stops no care."),
            say("Never let anybody plug a system in again without the cell's word."),
            say("Never pay, nor let it be said that you will."),
        ),
    ),
    Card(
        role=say("Head nurse, unit"),
        when=say("The crisis cell announces paper mode, or your screens no longer answer."),
        steps=(
            Step(by=AT_ONCE, what=say("Write the hour. Count the patients present and write the list, with the beds.")),
            Step(
                by=AT_ONCE, what=say("Take out the paper box and the unit's degraded-mode sheet. Hand out the forms.")
            ),
            Step(
                by=AT_ONCE, what=say("If the offline computer of the floor works: print treatments and allergies, now.")
            ),
            Step(by=QUARTER, what=say("Check every wristband. No wristband: write one by hand, two people read it.")),
            Step(
                by=QUARTER,
                what=say("Prescriptions on paper, signed, with date and hour; read back what is said by telephone."),
            ),
            Step(
                by=HALF,
                what=say("Name one person who carries requests to, and results from, laboratory, imaging, pharmacy."),
            ),
            Step(
                by=HALF, what=say("Monitors and pumps: look at each one at the bedside; central alarms may be silent.")
            ),
            Step(by=HOUR, what=say("Tell the crisis cell: patients, what is missing, how many hours you can hold.")),
            Step(
                by=AFTER,
                what=say("Keep every sheet, in order: all will be typed in. Nothing is thrown away."),
            ),
            Step(
                by=AFTER,
                what=say("Asked to pull a cable? Only with the door sheet in hand and its person on the telephone."),
            ),
        ),
        never=(
            say("Never switch a computer on again, nor plug it in, because it seems to work."),
            say("Never use a personal USB key or mailbox for patients' data."),
            say("Never leave a patient without a name on paper."),
        ),
    ),
    Card(
        role=say("Anyone: a strange mail, a strange screen"),
        when=say("A mail that surprises you, a page that asks for your password, a machine that acts by itself."),
        steps=(
            Step(by=AT_ONCE, what=say("Stop. Do not click, do not answer, do not forward it to a colleague.")),
            Step(
                by=AT_ONCE,
                what=say("You clicked, or typed your password? Nobody will blame you: every minute counts, call."),
            ),
            Step(by=AT_ONCE, what=say("Unplug the network cable, or switch off the Wi-Fi. Leave the computer on.")),
            Step(by=QUARTER, what=say("Call the number below, from another telephone if yours has gone dead.")),
            Step(
                by=QUARTER,
                what=say("Say where you are, what you saw, at what hour, what you did. The truth helps, all of it."),
            ),
            Step(by=QUARTER, what=say("Put a sheet on the computer: “do not touch”. Warn your neighbours.")),
            Step(by=AFTER, what=say("Change your password from a healthy machine, once you have been told to.")),
        ),
        never=(
            say("Never delete the mail: it helps to protect the others."),
            say("Never switch the computer off nor start it again."),
        ),
    ),
)
