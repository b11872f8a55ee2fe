package io.codeb;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.codeb.config.Configuration;
import io.codeb.config.ProjectMetadata;
import io.codeb.model.CheckReturnValue;
import io.codeb.spi.io.WorkThread;

@AnalyzeClasses(
        packages = "io.codeb",
        importOptions = {ImportOption.DoNotIncludeTests.class, ArchitectureTest.WithoutWhatTestsUse.class})
class ArchitectureTest {
    @ArchTest
    static final ArchRule onlyTheWaysInOpenTheInside = noClasses()
            .that()
            .resideOutsideOfPackage("io.codeb.internal..")
            .and()
            .doNotBelongToAnyOf(CodeB.class, Configuration.class, ProjectMetadata.class)
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.codeb.internal..");

    @ArchTest
    static final ArchRule theInsideHasNoCycles =
            slices().matching("io.codeb.internal.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule jsonStaysWhereItIsReadAndWritten = noClasses()
            .that()
            .resideOutsideOfPackages(
                    "io.codeb.internal.repository", "io.codeb.internal.json", "io.codeb.internal.config")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.fasterxml.jackson..");

    @ArchTest
    static final ArchRule whatReachesDatabasesAndContainersIsElsewhere = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.sql..", "javax.sql..", "org.postgresql..", "com.github.dockerjava..");

    /** On the thread of its own that only this class gives it: elsewhere AVX-512 makes it ten times slower. */
    @ArchTest
    static final ArchRule digestsAreComputedInOnePlace = noClasses()
            .that()
            .doNotHaveFullyQualifiedName("io.codeb.internal.io.Sha256")
            .should()
            .dependOnClassesThat()
            .areAssignableTo(java.security.MessageDigest.class);

    /** So that its name says for whom it works, and it is a daemon. */
    @ArchTest
    static final ArchRule threadsAreMadeInOnePlace = noClasses()
            .that()
            .doNotBelongToAnyOf(WorkThread.class)
            .should()
            .callConstructorWhere(target(owner(assignableTo(Thread.class))));

    /** Where there is another way to begin, a component that joins later breaks nobody. */
    @ArchTest
    static final ArchRule recordsWithAFactoryAreMadeByIt = noClasses()
            .should()
            .callConstructorWhere(describe(
                    "a record with a factory is made elsewhere",
                    call -> hasFactory(call.getTargetOwner())
                            && !call.getOriginOwner().equals(call.getTargetOwner())));

    private static boolean hasFactory(JavaClass type) {
        return type.isRecord()
                && type.getModifiers().contains(JavaModifier.PUBLIC)
                && type.getMethods().stream()
                        .anyMatch(method -> method.getModifiers().contains(JavaModifier.STATIC)
                                && method.getName().equals("of")
                                && method.getRawReturnType().equals(type));
    }

    @ArchTest
    static final ArchRule everyErrorOfOursIsTyped = classes()
            .that()
            .areAssignableTo(RuntimeException.class)
            .should()
            .resideInAPackage("io.codeb.error")
            .andShould()
            .beAssignableTo(type(io.codeb.error.CodeBException.class));

    /** A word whose answer is dropped does nothing, and compilers can tell. */
    @ArchTest
    static final ArchRule aChangedCopyMustNotBeDropped = classes()
            .that()
            .arePublic()
            .and()
            .resideOutsideOfPackage("io.codeb.internal..")
            .and()
            .doNotBelongToAnyOf(CodeB.class)
            .and(describe("answer changed copies of themselves", ArchitectureTest::answersChangedCopies))
            .should()
            .beAnnotatedWith(CheckReturnValue.class)
            .orShould()
            .beInterfaces();

    private static boolean answersChangedCopies(JavaClass type) {
        return type.getMethods().stream()
                .anyMatch(method -> method.getModifiers().contains(JavaModifier.PUBLIC)
                        && !method.getModifiers().contains(JavaModifier.STATIC)
                        && method.getRawReturnType().equals(type));
    }

    /** Modules on the class path of these tests that the core does not know. */
    static final class WithoutWhatTestsUse implements ImportOption {
        @Override
        public boolean includes(Location location) {
            return !location.contains("codeb-tck") && !location.contains("codeb-age");
        }
    }
}
