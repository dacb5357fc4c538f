"""What sending costs: the price book; holds and charges travel in the commit port."""

from hongyan.billing.prices import PRICES, Price, PriceBook

__all__ = ["PRICES", "Price", "PriceBook"]
