using MLOps.Gateway.Mlflow.GraphQl.Syntax;

namespace MLOps.Gateway.Mlflow.GraphQl.Validation;

/// <summary>How many calls one query may stand for, and under how many names it may ask for the same.</summary>
internal static class QueryLimits
{
    /// <exception cref="GraphQlException">Beyond a limit.</exception>
    public static void Check(Document document, GraphQlOptions options)
    {
        var sets = new SelectionSets(document);
        var roots = document.Operations.Sum(operation => sets.Merge([operation.Selections], _ => true).Values.Sum(fields => fields.Count));
        Within(roots, options.RootFields, "root fields", GraphQlOptions.RootFieldsVariable);
        var aliases = document.Operations.Select(operation => operation.Selections).Concat(document.Fragments.Select(fragment => fragment.Selections)).Max(Aliases);
        Within(aliases, options.Aliases, "aliases", GraphQlOptions.AliasesVariable);
    }

    /// <summary>The aliases of the object that has most.</summary>
    private static int Aliases(IReadOnlyList<Selection> selections)
    {
        var fields = Inlined(selections).ToList();
        return fields.Select(field => field.Selections is { } inner ? Aliases(inner) : 0).Append(fields.Count(field => field.Alias is not null)).Max();
    }

    private static IEnumerable<FieldSelection> Inlined(IReadOnlyList<Selection> selections) => selections.SelectMany(selection => selection switch
    {
        FieldSelection field => [field],
        InlineFragment inline => Inlined(inline.Selections),
        _ => Enumerable.Empty<FieldSelection>(),
    });

    private static void Within(int count, int limit, string what, string variable)
    {
        if (count > limit)
        {
            throw new GraphQlException($"GraphQL queries should have at most {limit} {what}, got {count} {what}. To increase the limit, set the {variable} environment variable.");
        }
    }
}
