using MLOps.Contracts.Problems;
using MLOps.Tracking.Tests.Storage;

namespace MLOps.Tracking.Tests.Search.Grammar;

/// <summary>Random filters, orders and pages over random rows: the SQL answers what a naive evaluator in memory answers, row by row and page by page.</summary>
public abstract class SearchGrammarTests : StoreTests
{
    private const int Searches = 250;

    private protected abstract SearchGrammar Grammar { get; }

    /// <summary>Writes random things and says what it wrote.</summary>
    private protected abstract Task<List<Row>> FillAsync(OpenStore store, Dice dice);

    private protected abstract SearchScope RandomScope(OpenStore store, Dice dice);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Search_RandomFilterOrderAndPages_AnswersWhatTheNaiveEvaluatorDoes(int seed)
    {
        var dice = new Dice(seed);
        await using var store = new OpenStore(DatabaseUri());
        var rules = TextRules.Of(store.Database.Dialect);
        var rows = await FillAsync(store, dice);
        var selective = 0;
        for (var i = 0; i < Searches; i++)
        {
            var scope = RandomScope(store, dice);
            var seen = rows.Select(scope.See).OfType<Row>().ToList();
            var clauses = Grammar.RandomClauses(seen.Count > 0 ? seen : rows, rules, dice);
            var asked = new AskedPage(SearchGrammar.Spelled(clauses, dice), Grammar.RandomOrder(dice), 1 + dice.Next(rows.Count), null);
            var expected = Grammar.Find(seen, clauses, asked.Order, rules);
            var found = await AllPagesAsync(scope, asked);
            Assert.True(
                expected.SequenceEqual(found),
                $"""
                Seed {seed}, search {i}: {scope.Text}
                filter:   {asked.Filter}
                meaning:  {string.Join(" AND ", clauses)}
                order:    {string.Join(", ", asked.OrderBy)}; pages of {asked.Size}
                expected: {string.Join(' ', expected)}
                found:    {string.Join(' ', found)}
                """);
            selective += expected.Count > 0 && expected.Count < seen.Count ? 1 : 0;
        }

        Assert.True(selective > Searches / 3, $"Seed {seed}: only {selective} of {Searches} searches found some rows and not others: the test says little.");
    }

    /// <summary>Every page but the last is full, and none comes behind the last.</summary>
    private static async Task<List<string>> AllPagesAsync(SearchScope scope, AskedPage asked)
    {
        var found = new List<string>();
        try
        {
            for (var page = await scope.FindAsync(asked); ; page = await scope.FindAsync(asked with { Token = page.NextPageToken }))
            {
                found.AddRange(page.Items);
                if (page.NextPageToken is null)
                {
                    return found;
                }

                Assert.Equal(asked.Size, page.Items.Count);
            }
        }
        catch (MLOpsException exception)
        {
            throw new InvalidOperationException($"Refused: {asked.Filter}, ordered by {string.Join(", ", asked.OrderBy)}: {exception.Message}", exception);
        }
    }
}
