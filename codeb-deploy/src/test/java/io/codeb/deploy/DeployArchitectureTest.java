package io.codeb.deploy;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The deployment calls CodeB as any application does, and CodeB does not know of it. */
@AnalyzeClasses(packages = "io.codeb", importOptions = ImportOption.DoNotIncludeTests.class)
class DeployArchitectureTest {
    @ArchTest
    static final ArchRule itOpensNoInside = noClasses()
            .that()
            .resideInAPackage("io.codeb.deploy..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.codeb.internal..");

    @ArchTest
    static final ArchRule nobodyBelowKnowsIt = noClasses()
            .that()
            .resideOutsideOfPackage("io.codeb.deploy..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.codeb.deploy..");

    @ArchTest
    static final ArchRule whatReachesDatabasesIsElsewhere = noClasses()
            .that()
            .resideInAPackage("io.codeb.deploy..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.sql..", "javax.sql..", "org.postgresql..", "com.github.dockerjava..");
}
