/** Scheduled jobs of several nodes of an application. */
@SuppressWarnings("requires-automatic") // db-scheduler keeps its name in its manifest
module io.codeb.schedule.jdbc {
    requires transitive io.codeb;
    requires transitive java.sql;
    requires static transitive org.jspecify;
    requires com.github.kagkarlsson.scheduler;
    requires org.slf4j;

    exports io.codeb.schedule.jdbc;
}
