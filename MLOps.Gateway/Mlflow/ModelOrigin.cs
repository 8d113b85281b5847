using MLOps.Contracts.Problems;
using MLOps.Contracts.Runs;
using MLOps.Tracking;

namespace MLOps.Gateway.Mlflow;

/// <summary>Where a new model version comes from.</summary>
/// <param name="Location">The artifact URI that its source stands for.</param>
/// <param name="RunId">The run that was named, else the one that made the logged model; null: none.</param>
internal sealed record ModelOrigin(string Location, string? RunId)
{
    private const string Models = "models:/";

    /// <summary>Checks the source by MLflow's rules and follows it: a logged model's or another version's URI stands for their files.</summary>
    /// <param name="isPrompt">A prompt has no files, and its source may be any word.</param>
    public static async Task<ModelOrigin> FindAsync(MlflowCall call, string source, string? runId, string? modelId, bool isPrompt)
    {
        if (isPrompt)
        {
            SourceRules.CheckPromptSource(call, source);
            return new ModelOrigin(source, runId);
        }

        await SourceRules.CheckModelSourceAsync(call, source, runId, modelId);
        if (modelId is not null)
        {
            // Asked for in any case: an unknown model is refused before anything is made.
            var logged = await call.LoggedModels.GetLoggedModelAsync(modelId, call.Cancelled);
            runId ??= logged.SourceRunId;
        }

        if (!source.StartsWith(Models, StringComparison.Ordinal))
        {
            return new ModelOrigin(source, runId);
        }

        try
        {
            switch (source[Models.Length..].Split('/'))
            {
                case [{ Length: > 0 } id] when !id.Contains('@', StringComparison.Ordinal):
                    var model = await call.LoggedModels.GetLoggedModelAsync(id, call.Cancelled);
                    return new ModelOrigin(model.ArtifactUri, runId ?? model.SourceRunId);
                case [var name, var version]:
                    return new ModelOrigin((await call.Registry.GetModelVersionAsync(name, MlflowRules.Version(version), call.Cancelled)).Location, runId);
                default:
                    throw MlflowRequest.Invalid($"Invalid model version source: '{source}'. Expected models:/model_id or models:/name/version");
            }
        }
        catch (MLOpsException exception) when (exception.Code == ProblemCode.NotFound)
        {
            throw new MLOpsException(ProblemCode.Internal, $"Unable to fetch model from model URI source artifact location '{source}'.Error: {exception.Message}", exception);
        }
    }
}
