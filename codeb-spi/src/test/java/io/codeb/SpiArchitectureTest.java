package io.codeb;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.codeb.error.CodeBException;

/**
 * What an extension sees depends on nothing but the JDK, SLF4J and JSpecify, and its packages on each other one way.
 */
@AnalyzeClasses(packages = "io.codeb", importOptions = ImportOption.DoNotIncludeTests.class)
class SpiArchitectureTest {
    @ArchTest
    static final ArchRule nothingElseIsNeeded = classes()
            .that()
            .resideInAPackage("io.codeb..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("io.codeb..", "java..", "javax.net..", "org.slf4j..", "org.jspecify..");

    @ArchTest
    static final ArchRule errorsKnowNothing = noClasses()
            .that()
            .resideInAPackage("io.codeb.error")
            .should()
            .dependOnClassesThat(
                    resideInAPackage("io.codeb..").and(DescribedPredicate.not(resideInAPackage("io.codeb.error"))));

    @ArchTest
    static final ArchRule theModelKnowsOnlyErrors = noClasses()
            .that()
            .resideInAPackage("io.codeb.model")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.codeb.event", "io.codeb.spi..");

    @ArchTest
    static final ArchRule theSpiKnowsNoEvents = noClasses()
            .that()
            .resideInAPackage("io.codeb.spi..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.codeb.event");

    @ArchTest
    static final ArchRule thePublicPackagesHaveNoCycles = slices().matching(
                    "io.codeb.(error|model|event|spi.io|spi.provider|spi.storage|spi.runtime|spi.codec|spi.engine"
                            + "|spi.tool)..")
            .should()
            .beFreeOfCycles();

    @ArchTest
    static final ArchRule everyErrorOfOursIsTyped = classes()
            .that()
            .areAssignableTo(RuntimeException.class)
            .should()
            .resideInAPackage("io.codeb.error")
            .andShould()
            .beAssignableTo(type(CodeBException.class));
}
