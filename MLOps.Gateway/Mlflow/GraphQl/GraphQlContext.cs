using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using MLOps.Contracts.Experiments;

namespace MLOps.Gateway.Mlflow.GraphQl;

/// <summary>One request: the calls of MLflow's protocol that its fields stand for, and what was read once already.</summary>
internal sealed class GraphQlContext(HttpContext http)
{
    private readonly Dictionary<string, Experiment> _experiments = [];

    public CancellationToken Cancelled => http.RequestAborted;

    /// <summary>The call of the REST protocol with these parameters: its rules hold here too.</summary>
    public MlflowCall Call(JsonObject parameters) => new(http, MlflowRequest.Of(JsonSerializer.SerializeToElement(parameters)));

    public async Task<Experiment> ExperimentAsync(string id)
    {
        if (!_experiments.TryGetValue(id, out var experiment))
        {
            _experiments[id] = experiment = await Call([]).Tracking.GetExperimentAsync(id, Cancelled);
        }

        return experiment;
    }
}
