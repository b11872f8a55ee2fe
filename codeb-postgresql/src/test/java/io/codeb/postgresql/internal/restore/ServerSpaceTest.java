package io.codeb.postgresql.internal.restore;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerSpaceTest {
    private static final ServerSpace.Directory OWN = new ServerSpace.Directory("/data", 1_790_000_001, 5432);

    private static final String SAID = """
            4711
            /data
            1790000000
            5432
            /sockets
            127.0.0.1
             18091989   4653068
            ready
            Filesystem     1024-blocks     Used Available Capacity Mounted on
            /dev/disk with a blank   100000  40000     60000      40% /data
            """;

    @Test
    void whatIsAvailableIsReadOfTheServersOwnDirectory() {
        assertThat(ServerSpace.read(SAID, OWN)).hasValue(60_000L * 1024);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "4711\n/data\n1790000000\n",
                "4711\n/data\n1790000000\n5433\n x 1 2 3 4% /\n",
                "4711\n/data\n1700000000\n5432\n x 1 2 3 4% /\n",
                "4711\n/data\nsoon\n5432\n x 1 2 3 4% /\n",
                "4711\n/data\n1790000000\n5432\nnothing of a file system\n",
                "4711\n/data\n1790000000\n5432\n x 1 2 99999999999999999999 4% /\n",
                "4711\n/data\n1790000000\n5432\n x 1 2 9223372036854775807 4% /\n"
            })
    void whatIsOfAnotherServerOrMakesNoSenseIsNotBelieved(String said) {
        assertThat(ServerSpace.read(said, OWN)).isEmpty();
    }
}
