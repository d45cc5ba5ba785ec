// What GraphiQL opens with: a tab for a store's menu, one to find stores, one for the region.

const MENU = `# A store's menu, from the nearest healthy region.
# Change the store (the next tab finds some),
# and the place you ask from under Headers.
query menu {
  menu(storeId: "fr-00001", locale: "en") {
    store {
      name
      timeZone
      openNow
      opensAt
      closesAt
    }
    currency
    categories {
      name
      items {
        id
        name
        price {
          amountMinor
          currency
        }
        allergens
        calories
        availability
      }
    }
  }
}
`;

const FIND_STORES = `query findStores {
  stores(search: "paris", first: 10) {
    totalCount
    edges {
      node {
        id
        name
        address {
          city
          postalCode
          country
        }
      }
    }
  }
}
`;

const REGION = `# The region that answers, and how old its copies of the other regions are.
query region {
  region {
    name
    version
    replicationLag {
      region
      seconds
    }
  }
}
`;

export const tabs = (headers: string) =>
  [MENU, FIND_STORES, REGION].map((query) => ({ query, headers }));
