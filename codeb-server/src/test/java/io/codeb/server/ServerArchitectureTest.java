package io.codeb.server;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The server calls CodeB as any application does, and shows nothing of what it is built on. */
@AnalyzeClasses(packages = "io.codeb", importOptions = ImportOption.DoNotIncludeTests.class)
class ServerArchitectureTest {
    @ArchTest
    static final ArchRule itOpensNoInside = noClasses()
            .that()
            .resideInAPackage("io.codeb.server..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.codeb.internal..");

    @ArchTest
    static final ArchRule nobodyBelowKnowsIt = noClasses()
            .that()
            .resideOutsideOfPackage("io.codeb.server..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.codeb.server..", "org.eclipse.jetty..");

    @ArchTest
    static final ArchRule jettyIsInside = noClasses()
            .that()
            .resideInAPackage("io.codeb.server")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.eclipse.jetty..");

    @ArchTest
    static final ArchRule whatIsInsideIsNotShown = noMethods()
            .that()
            .areDeclaredInClassesThat()
            .resideInAPackage("io.codeb.server")
            .and()
            .areDeclaredInClassesThat()
            .arePublic()
            .and()
            .arePublic()
            .should()
            .haveRawReturnType(com.tngtech.archunit.base.DescribedPredicate.describe(
                    "of an inner room", type -> type.getPackageName().startsWith("io.codeb.server.internal")));

    @ArchTest
    static final ArchRule roomsHaveNoCycles =
            slices().matching("io.codeb.server.internal.(*)..").should().beFreeOfCycles();
}
