"""The command line: one group, one file per command. A command's --help must not wait for Django."""

from tradewind.cli.backup import backup
from tradewind.cli.catalogue import exports
from tradewind.cli.demo import demo
from tradewind.cli.erase_again import erase_again
from tradewind.cli.house import House
from tradewind.cli.importing import imports
from tradewind.cli.lanes import lanes
from tradewind.cli.mail import mail
from tradewind.cli.manage import manage
from tradewind.cli.markets import markets
from tradewind.cli.moving import move_to_postgresql
from tradewind.cli.promises import promises
from tradewind.cli.restore import restore
from tradewind.cli.serve import serve
from tradewind.cli.staff import staff
from tradewind.cli.token import token
from tradewind.cli.track import track
from tradewind.cli.upgrade import upgrade
from tradewind.cli.web import web
from tradewind.cli.work import work

main = House(
    "tradewind",
    help="Tradewind (信风): a shop, a desk and a promise keeper for cross-border sellers.",
    context_settings={"help_option_names": ["-h", "--help"]},
)
COMMANDS = (
    demo,
    serve,
    web,
    work,
    backup,
    restore,
    erase_again,
    upgrade,
    move_to_postgresql,
    imports,
    exports,
    track,
    mail,
    staff,
    token,
    markets,
    promises,
    lanes,
    manage,
)
for command in COMMANDS:
    main.add_command(command)
