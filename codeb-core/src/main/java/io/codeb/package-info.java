/** What an application calls: the {@link io.codeb.CodeB} facade, its services, their requests. */
@NullMarked
package io.codeb;

import org.jspecify.annotations.NullMarked;
