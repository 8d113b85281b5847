using System.Text;
using CsCheck;
using MLOps.Tracking.Storage;

namespace MLOps.Tracking.Tests.Storage;

public sealed class RepeatedTextsTests
{
    [Fact]
    public void Of_AnyTextsInAnyOrder_GivesEachAsItIsAndOneObjectForOneText() =>
        Gen.Int[0, 6].Select(i => new[] { "", "loss", "loß", "a", "ab", "b", "日本" }[i]).Array[0, 60].Sample(texts =>
        {
            var repeated = new RepeatedTexts();
            var seen = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var text in texts)
            {
                var got = repeated.Of(Encoding.UTF8.GetBytes(text));
                Assert.Equal(text, got);
                if (!seen.TryAdd(text, got))
                {
                    Assert.Same(seen[text], got);
                }
            }
        });
}
