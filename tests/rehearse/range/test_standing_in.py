import asyncio

from cloison.rehearse.range.standing_in import listen, wanted


def test_each_declared_service_is_wanted_on_the_first_systems_of_its_zone(layout):
    words = wanted(layout, "sauvegardes")
    ports = {int(word.rpartition(":")[2]) for word in words}
    declared = {
        int(service.partition("/")[2])
        for one in layout.hospital.conduits
        if one.to == "sauvegardes"
        for service in one.services
        if service.startswith("tcp/")
    }
    assert ports == declared
    assert {word.rpartition(":")[0] for word in words} == {"10.80.0.10", "10.80.0.11"}


def test_it_listens_where_nobody_does_and_leaves_the_others_alone():
    async def tried():
        other = await asyncio.start_server(lambda *_: None, "127.0.62.1", 0)
        taken = other.sockets[0].getsockname()[1]
        servers = await listen([f"127.0.62.1:{taken}", "127.0.62.2:0"])
        assert len(servers) == 1
        reader, writer = await asyncio.open_connection(*servers[0].sockets[0].getsockname())
        writer.write(b"x")
        await writer.drain()
        writer.close()
        assert await reader.read() == b""
        for server in (*servers, other):
            server.close()

    asyncio.run(tried())
