using System.Globalization;
using MLOps.Contracts.Problems;
using MLOps.Tracking.Search;
using MLOps.Tracking.Storage;
using MLOps.Tracking.Traces;

namespace MLOps.Tracking.Scorers;

internal sealed partial class SqlScorerStore
{
    public Task<IReadOnlyList<OnlineScoring>> GetOnlineScoringAsync(IReadOnlyList<string> scorerIds, CancellationToken cancellationToken = default) =>
        Task.FromResult<IReadOnlyList<OnlineScoring>>(database.Read(session => session.Query(
            $"SELECT online_scoring_config_id, scorer_id, experiment_id, sample_rate, filter_string FROM online_scoring_configs WHERE {session.Dialect.IsIn("scorer_id", "$0")} ORDER BY scorer_id, online_scoring_config_id",
            row => new OnlineScoring(row.GetString(0), row.GetString(1), row.GetInt64(2).ToString(CultureInfo.InvariantCulture), row.GetDouble(3), row.Text(4)),
            session.Dialect.Set(scorerIds))));

    public Task<OnlineScoring> SetOnlineScoringAsync(string experimentId, string name, double sampleRate, string? filter, CancellationToken cancellationToken = default)
    {
        if (sampleRate is not (>= 0 and <= 1))
        {
            throw new MLOpsException(ProblemCode.InvalidArgument, string.Create(CultureInfo.InvariantCulture, $"sample_rate must be between 0.0 and 1.0, got {sampleRate}"));
        }

        if (!string.IsNullOrEmpty(filter))
        {
            // Only to see that it can be read.
            TraceSearch.Translate(new SearchTraces(["0"], filter, [], 1, null), 0, database.Dialect);
        }

        return database.WriteAsync(
            session =>
            {
                var experiment = RequireActive(session, experimentId);
                var scorerId = Find(session, experiment, name) ?? throw Missing(experimentId, name, null);
                var newest = session.Scalar("SELECT serialized_scorer FROM scorer_versions WHERE scorer_id = $0 ORDER BY scorer_version DESC LIMIT 1", scorerId) as string;
                if (sampleRate > 0 && newest is not null && (Parse(newest) is not { } scorer || ScorerModel.Endpoint(scorer) is null))
                {
                    throw new MLOpsException(
                        ProblemCode.InvalidArgument,
                        $"Scorer '{name}' does not use a gateway model. Automatic evaluation is only supported for scorers that use gateway models.");
                }

                var config = new OnlineScoring(Guid.NewGuid().ToString("n"), scorerId, experimentId, sampleRate, filter);
                session.Execute("DELETE FROM online_scoring_configs WHERE scorer_id = $0", scorerId);
                session.Execute(
                    "INSERT INTO online_scoring_configs (online_scoring_config_id, scorer_id, sample_rate, experiment_id, filter_string) VALUES ($0, $1, $2, $3, $4)",
                    config.ConfigId,
                    scorerId,
                    sampleRate,
                    experiment,
                    filter);
                return config;
            },
            cancellationToken);
    }
}
