package io.codeb.postgresql.internal.dump;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.error.ConfigException;
import io.codeb.postgresql.internal.catalog.DatabaseProperties;
import io.codeb.postgresql.internal.catalog.DatabaseProperties.Grant;
import io.codeb.postgresql.internal.catalog.DatabaseProperties.Privilege;
import io.codeb.postgresql.internal.catalog.DatabaseProperties.Privileges;
import io.codeb.postgresql.internal.catalog.DatabaseProperties.SecurityLabel;
import io.codeb.postgresql.internal.catalog.DatabaseProperties.Setting;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class DumpOptionsTest {
    private static final Duration WAIT = Duration.ofMinutes(5);

    private static final Setting EVERYBODYS = new Setting("", "TimeZone", List.of("UTC"));
    private static final Setting OF_A_ROLE = new Setting("app", "TimeZone", List.of("UTC"));
    private static final DatabaseProperties PROPERTIES = new DatabaseProperties(
            List.of(EVERYBODYS, OF_A_ROLE),
            new Privileges(false, List.of(new Grant("app", Privilege.CONNECT, false))),
            5,
            "the shop",
            "fast",
            true,
            List.of(new SecurityLabel("selinux", "label")));

    @Test
    void withoutOptionsAllPropertiesAreKept() {
        assertThat(DumpOptions.keptOf(PROPERTIES, List.of())).isEqualTo(PROPERTIES);
    }

    @Test
    void withoutPrivilegesNoRoleIsNamedInThem() {
        DatabaseProperties kept = DumpOptions.keptOf(PROPERTIES, List.of("--no-privileges"));

        assertThat(kept.privileges()).isEqualTo(Privileges.INITIAL);
        assertThat(kept.settings()).containsExactly(EVERYBODYS);
        assertThat(kept.connectionLimit()).isEqualTo(5);
    }

    @Test
    void whatIsLeftOutOfTheDumpIsLeftOutOfTheProperties() {
        DatabaseProperties kept =
                DumpOptions.keptOf(PROPERTIES, List.of("--no-comments", "--no-tablespaces", "--no-security-labels"));

        assertThat(kept.comment()).isEmpty();
        assertThat(kept.tablespace()).isEmpty();
        assertThat(kept.securityLabels()).isEmpty();
        assertThat(kept.privileges()).isEqualTo(PROPERTIES.privileges());
    }

    @Test
    void aWaitThatIsLongerThanTheServerKnowsIsTheLongestThatItKnows() {
        assertThat(DumpOptions.check(List.of(), Duration.ofDays(1_000)))
                .containsExactly("--lock-wait-timeout=2147483647");
    }

    @Test
    void onlyOptionsThatLeaveADumpCountableAreAllowed() {
        assertThat(DumpOptions.check(List.of("--no-owner"), WAIT))
                .containsExactly("--no-owner", "--lock-wait-timeout=300000");
        assertThat(DumpOptions.check(List.of("--lock-wait-timeout=5"), WAIT)).containsExactly("--lock-wait-timeout=5");
        for (String option : List.of(
                "--inserts",
                "-f/etc/passwd",
                "--file=x",
                "--format=c",
                "--lock-wait-timeout=1 --file=x",
                "--create",
                "")) {
            assertThatThrownBy(() -> DumpOptions.check(List.of("--no-owner", option), WAIT))
                    .as(option)
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("'" + option + "'");
        }
    }
}
