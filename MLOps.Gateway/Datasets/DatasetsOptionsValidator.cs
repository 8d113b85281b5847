using Microsoft.Extensions.Options;

namespace MLOps.Gateway.Datasets;

/// <summary>Gathers every fault and names its key.</summary>
internal sealed class DatasetsOptionsValidator : IValidateOptions<DatasetsOptions>
{
    public ValidateOptionsResult Validate(string? name, DatasetsOptions options)
    {
        var faults = new List<string>();
        if (options.MaximumUploadBytes <= 0)
        {
            faults.Add($"{DatasetsOptions.SectionName}:{nameof(DatasetsOptions.MaximumUploadBytes)} is {options.MaximumUploadBytes}: expected more than 0.");
        }

        if (options.ImportFolder is { } folder && !(Path.IsPathFullyQualified(folder) && Directory.Exists(folder)))
        {
            faults.Add($"{DatasetsOptions.SectionName}:{nameof(DatasetsOptions.ImportFolder)} is '{folder}': expected the absolute path of a folder that exists.");
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
