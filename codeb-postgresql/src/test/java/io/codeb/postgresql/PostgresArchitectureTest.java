package io.codeb.postgresql;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The engine sees what an extension sees, its driver, and nothing else; its rooms see each other one way. */
@AnalyzeClasses(packages = "io.codeb.postgresql", importOptions = ImportOption.DoNotIncludeTests.class)
class PostgresArchitectureTest {
    @ArchTest
    static final ArchRule theEngineKnowsTheSpiAlone = classes()
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "io.codeb.postgresql..",
                    "io.codeb.error",
                    "io.codeb.model",
                    "io.codeb.spi.engine",
                    "io.codeb.spi.io",
                    "io.codeb.spi.tool",
                    "io.codeb.spi.provider",
                    "io.codeb.spi.runtime",
                    "java..",
                    "org.postgresql..",
                    "com.fasterxml.jackson..",
                    "org.slf4j..",
                    "org.jspecify..");

    @ArchTest
    static final ArchRule roomsHaveNoCycles =
            slices().matching("io.codeb.postgresql.internal.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule theDoorIsNotSeenFromInside = noClasses()
            .that()
            .resideInAPackage("io.codeb.postgresql.internal..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.codeb.postgresql");

    @ArchTest
    static final ArchRule scriptsAreTextAlone = noClasses()
            .that()
            .resideInAPackage("io.codeb.postgresql.internal.script")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.codeb.spi.runtime",
                    "io.codeb.spi.tool",
                    "io.codeb.spi.provider",
                    "io.codeb.spi.engine",
                    "java.sql..",
                    "org.postgresql..");

    @ArchTest
    static final ArchRule jsonStaysWhereWhatABackupKeepsIsWritten = noClasses()
            .that()
            .haveNameNotMatching(".*(PostgresFacts|ChecksumList).*")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.fasterxml.jackson..");

    @ArchTest
    static final ArchRule jdbcStaysInOneRoom = noClasses()
            .that()
            .resideOutsideOfPackage("io.codeb.postgresql.internal.sql")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.sql..", "org.postgresql..");
}
