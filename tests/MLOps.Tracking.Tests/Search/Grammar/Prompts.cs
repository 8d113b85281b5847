using MLOps.Contracts.Experiments;
using MLOps.Contracts.Models;

namespace MLOps.Tracking.Tests.Search.Grammar;

/// <summary>Prompts, which the registry's searches hide unless the filter asks for them. What is no prompt has no tag, and yet <c>!= 'true'</c> finds it.</summary>
internal static class Prompts
{
    public static readonly Field Field = new("prompt", ["tags"], [PromptTag.Key], false, ["=", "!="])
    {
        Operands = ["true", "false"],
        Judge = (row, clause) => IsPrompt(row) == ((string)clause.Operand! == "true" == (clause.Comparator == "=")),
    };

    public static bool IsHidden(Row row, IReadOnlyList<Clause> clauses) => IsPrompt(row) && !clauses.Any(clause => clause.Field == Field);

    /// <summary>Makes a row a prompt, once in five times.</summary>
    /// <returns>The tags that make it one.</returns>
    public static IReadOnlyList<KeyValue> Tag(Row row, Dice dice)
    {
        if (!dice.Once(5))
        {
            return [];
        }

        row.With(Field.Name, string.Empty);
        return [new KeyValue(PromptTag.Key, "true")];
    }

    private static bool IsPrompt(Row row) => row[Field.Name].Count > 0;
}
