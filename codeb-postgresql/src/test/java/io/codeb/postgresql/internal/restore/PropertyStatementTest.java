package io.codeb.postgresql.internal.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.codeb.postgresql.internal.catalog.DatabaseFacts;
import io.codeb.postgresql.internal.catalog.DatabaseProperties;
import io.codeb.postgresql.internal.catalog.DatabaseProperties.Grant;
import io.codeb.postgresql.internal.catalog.DatabaseProperties.Privilege;
import io.codeb.postgresql.internal.catalog.DatabaseProperties.Privileges;
import io.codeb.postgresql.internal.catalog.DatabaseProperties.SecurityLabel;
import io.codeb.postgresql.internal.catalog.DatabaseProperties.Setting;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PropertyStatementTest {
    private static final String OWNER = "the owner";

    private static List<String> sql(DatabaseProperties properties) {
        DatabaseFacts like =
                new DatabaseFacts("old", OWNER, "UTF8", "C", "C", "libc", "", "", 1, List.of(), properties);
        return PropertyStatement.of("new one", like).stream()
                .map(PropertyStatement::sql)
                .toList();
    }

    private static DatabaseProperties granted(Grant... grants) {
        return new DatabaseProperties(
                List.of(), new Privileges(false, List.of(grants)), -1, "", "pg_default", false, List.of());
    }

    private static Grant[] everythingToOwnerAnd(Grant... others) {
        List<Grant> grants = new ArrayList<>(List.of(others));
        for (Privilege privilege : Privilege.values()) {
            grants.add(new Grant(OWNER, privilege, false));
        }
        return grants.toArray(Grant[]::new);
    }

    @Test
    void whatIsAsInANewDatabaseNeedsNoStatement() {
        assertThat(sql(DatabaseProperties.INITIAL)).isEmpty();
    }

    @Test
    void privilegesComeFirstAndTheTemplateLast() {
        DatabaseProperties properties = new DatabaseProperties(
                List.of(
                        new Setting("", "search_path", List.of("$user", "it's")),
                        new Setting("", "my.\"setting", List.of("back\\slash")),
                        new Setting("o'neill", "temp_tablespaces", List.of())),
                new Privileges(false, List.of(everythingToOwnerAnd())),
                0,
                "it's\na shop",
                "fast",
                true,
                List.of(new SecurityLabel("selinux", "a'b")));
        assertThat(sql(properties))
                .containsExactly(
                        "REVOKE ALL ON DATABASE \"new one\" FROM PUBLIC;\n",
                        "ALTER DATABASE \"new one\" CONNECTION LIMIT 0;\n",
                        "COMMENT ON DATABASE \"new one\" IS 'it''s\na shop';\n",
                        "SECURITY LABEL FOR \"selinux\" ON DATABASE \"new one\" IS 'a''b';\n",
                        "ALTER DATABASE \"new one\" SET \"search_path\" TO '$user', 'it''s';\n",
                        "ALTER DATABASE \"new one\" SET \"my.\"\"setting\" TO  E'back\\\\slash';\n",
                        "ALTER ROLE \"o'neill\" IN DATABASE \"new one\" SET \"temp_tablespaces\" TO '';\n",
                        "ALTER DATABASE \"new one\" IS_TEMPLATE true;\n");
    }

    @Test
    void anOwnerWithAllPrivilegesIsNotNamedBecauseItMayBeAnotherOne() {
        assertThat(sql(granted(everythingToOwnerAnd(
                        new Grant("", Privilege.CONNECT, false), new Grant("app", Privilege.CREATE, true)))))
                .containsExactly("""
                        REVOKE ALL ON DATABASE "new one" FROM PUBLIC;
                        GRANT CONNECT ON DATABASE "new one" TO PUBLIC;
                        GRANT CREATE ON DATABASE "new one" TO "app" WITH GRANT OPTION;
                        """);
    }

    @Test
    void anOwnerWhoHasGivenPrivilegesUpDoesNotGetThemBack() {
        assertThat(sql(granted(new Grant(OWNER, Privilege.CONNECT, false)))).containsExactly("""
                        REVOKE ALL ON DATABASE "new one" FROM PUBLIC;
                        REVOKE ALL ON DATABASE "new one" FROM "the owner";
                        GRANT CONNECT ON DATABASE "new one" TO "the owner";
                        """);
    }

    @Test
    void whereNobodyMayDoAnythingNobodyMay() {
        assertThat(sql(granted())).containsExactly("""
                        REVOKE ALL ON DATABASE "new one" FROM PUBLIC;
                        REVOKE ALL ON DATABASE "new one" FROM "the owner";
                        """);
    }
}
