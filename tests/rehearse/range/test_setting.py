from tests.rehearse.range.furnished import setting_in

from cloison.rehearse.range.setting import APPLICATIONS, Setting
from cloison.rehearse.range.settling import set_out


def test_it_comes_back_from_its_file_as_it_was(tmp_path):
    setting = setting_in(tmp_path)
    path = setting.save()
    assert Setting.load(path) == setting
    assert path.stat().st_mode & 0o077 == 0


def test_hosts_are_found_by_role_and_named_in_the_hospitals_own_domain(tmp_path):
    setting = setting_in(tmp_path)
    (archive,) = setting.having("pacs")
    assert archive is setting.host("pacs")
    assert setting.having("pacs", zone="unites") == ()
    assert setting.full_name(archive) == "pacs.ch.example"
    assert setting.name_server == setting.host("annuaire")
    assert setting.port(104) == 104 + setting.shift
    assert all(account.admin for account in setting.admins)
    assert not any(account.admin or account.service for account in setting.people)


def test_each_desk_has_its_person_and_servers_have_an_account_of_their_own(layout, tmp_path):
    setting = set_out(layout.hospital, layout.places.values(), tmp_path)
    desks = setting.having("workstation")
    assert len({setting.account(desk).name for desk in desks}) == len(desks)
    assert setting.account(setting.host("dpi-web-1")).name == APPLICATIONS
    assert setting.account(setting.host("poste-dsi-01")).admin
