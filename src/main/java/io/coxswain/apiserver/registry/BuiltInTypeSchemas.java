package io.coxswain.apiserver.registry;

import io.coxswain.meta.GroupVersionKind;
import io.coxswain.meta.schema.SchemaCatalog;
import io.coxswain.meta.schema.TypeSchema;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/** The schemas of Kubernetes' own types. */
@ApplicationScoped
public class BuiltInTypeSchemas implements TypeSchemas {
    @Override
    public Optional<TypeSchema> find(GroupVersionKind kind) {
        return SchemaCatalog.builtIn().byKind(kind);
    }
}
