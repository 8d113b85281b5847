using Microsoft.Extensions.Options;

namespace MLOps.Gateway.Mlflow.GraphQl;

internal sealed class GraphQlOptionsValidator : IValidateOptions<GraphQlOptions>
{
    public ValidateOptionsResult Validate(string? name, GraphQlOptions options)
    {
        var faults = new List<string>();
        Check(faults, nameof(GraphQlOptions.MaxRootFields), GraphQlOptions.RootFieldsVariable, options.RootFields);
        Check(faults, nameof(GraphQlOptions.MaxAliases), GraphQlOptions.AliasesVariable, options.Aliases);
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static void Check(List<string> faults, string key, string variable, int value)
    {
        if (value is < 1 or > GraphQlLimits.Selections)
        {
            faults.Add($"{GraphQlOptions.SectionName}:{key} (or {variable}) is {value}: expected 1 to {GraphQlLimits.Selections}");
        }
    }
}
