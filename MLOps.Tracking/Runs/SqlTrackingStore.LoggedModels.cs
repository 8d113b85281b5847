using System.Globalization;
using MLOps.Contracts.Runs;
using MLOps.Tracking.Search;
using MLOps.Tracking.Storage;

namespace MLOps.Tracking.Runs;

internal sealed partial class SqlTrackingStore
{
    public Task<Page<LoggedModel>> SearchLoggedModelsAsync(SearchLoggedModels query, CancellationToken cancellationToken = default)
    {
        var offset = PageToken.Offset(query.PageToken);
        var statement = LoggedModelSearch.Translate(query, offset);
        return Task.FromResult(database.Read(session =>
        {
            var page = PageToken.Page(
                session.Query(
                    statement.Text,
                    row => new LoggedModel(
                        row.GetString(0),
                        row.GetInt64(1).ToString(CultureInfo.InvariantCulture),
                        row.GetString(2),
                        row.GetString(3),
                        row.GetInt64(4),
                        row.GetInt64(5),
                        row.GetInt32(6),
                        row.Text(7),
                        row.Text(8),
                        [],
                        []),
                    statement.Arguments),
                offset,
                query.MaxResults);
            return page with
            {
                Items =
                [
                    .. page.Items.Select(model => model with
                    {
                        Params = session.Query("SELECT param_key, param_value FROM logged_model_params WHERE model_id = $0", Rows.Pair, model.ModelId),
                        Tags = session.Query("SELECT tag_key, tag_value FROM logged_model_tags WHERE model_id = $0", Rows.Pair, model.ModelId),
                    }),
                ],
            };
        }));
    }
}
