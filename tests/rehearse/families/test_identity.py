import polars as pl


def test_names_are_answered_with_the_address_they_stand_for(quiet):
    answers = quiet.log("dns").filter(pl.col("rcode_name") == "NOERROR")
    assert answers["answers"].null_count() == 0
    assert answers.group_by("query").agg(pl.col("answers").n_unique())["answers"].max() == 1


def test_unknown_names_and_silent_servers_are_there(quiet):
    dns = quiet.log("dns")
    assert (dns["rcode_name"] == "NXDOMAIN").sum() > 100
    assert dns["rcode_name"].null_count() > 10


def test_some_people_mistype_their_password(quiet):
    wrong = quiet.log("kerberos").filter(pl.col("success") == "F")
    assert 5 < len(wrong) < 200
    assert set(wrong["error_msg"]) == {"KDC_ERR_PREAUTH_FAILED"}
    assert wrong["cipher"].null_count() == len(wrong)


def test_accounts_are_numbers_not_names(quiet):
    accounts = quiet.log("kerberos")["client"].unique()
    assert accounts.str.contains(r"^(agent\d{4}|[a-z0-9-]+\$)/").all()


def test_leases_are_given_once_a_day_to_machines_that_start(quiet):
    leases = quiet.log("dhcp")
    assert leases["assigned_addr"].n_unique() == len(leases)
    assert leases["mac"].n_unique() == len(leases)
